use super::asking::{BEST_PRACTICES, purpose, requester, roles};
use crate::policy::Request;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::storage::via_s3;
use crate::proof::policies::evaluation::unrelated_key;
use crate::proof::policies::ownership::unrelated_bucket;

/// Every role, on what is in its own account and has nothing to do with the team.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    for role in roles(deployed) {
        hops.serve(format!(
            "role {} of {}",
            role.identity.reference, role.home.account
        ));
        let who = requester(role);
        let home = role.home;
        let bucket = unrelated_bucket(home);
        let object = format!("{bucket}/object");
        let mut resources = vec![
            ("iam:PassRole", home.iam("role/unrelated")),
            ("iam:CreateRole", home.iam("role/unrelated")),
            ("sts:AssumeRole", home.iam("role/unrelated")),
        ];
        // What else a deployment may do here is the program's to say.
        if purpose(role) != "deployment" {
            resources.extend([
                ("s3:GetObject", object.clone()),
                ("s3:GetObjectVersion", object.clone()),
                ("s3:PutObject", object.clone()),
                ("s3:DeleteObject", object),
                ("s3:ListBucket", bucket),
                (
                    "logs:CreateLogStream",
                    home.arn("logs", "log-group:/unrelated:log-stream:a"),
                ),
                (
                    "logs:PutLogEvents",
                    home.arn("logs", "log-group:/unrelated:log-stream:a"),
                ),
                (
                    "codepipeline:StartPipelineExecution",
                    home.arn("codepipeline", "unrelated"),
                ),
                (
                    "codeconnections:GetConnectionToken",
                    home.arn("codeconnections", "connection/unrelated"),
                ),
                ("sns:Publish", home.arn("sns", "unrelated")),
                ("sqs:SendMessage", home.arn("sqs", "unrelated")),
                ("lambda:InvokeFunction", home.arn("lambda", "function:unrelated")),
                (
                    "cloudformation:CreateChangeSet",
                    home.arn("cloudformation", "stack/unrelated/a"),
                ),
                (
                    "cloudformation:ExecuteChangeSet",
                    home.arn("cloudformation", "stack/unrelated/a"),
                ),
            ]);
        }
        for (action, resource) in resources {
            let request = Request::new(who.clone(), action, resource);
            hops.add("a role beyond what it is for", BEST_PRACTICES, request);
        }
        let decrypt = Request::new(who, "kms:Decrypt", unrelated_key(role));
        let decrypt = via_s3(decrypt, home.region, "arn:aws:s3:::unrelated/object");
        if !deployed.declarations.grant(role, &decrypt) {
            hops.add("a role beyond what it is for", BEST_PRACTICES, decrypt);
        }
    }
}
