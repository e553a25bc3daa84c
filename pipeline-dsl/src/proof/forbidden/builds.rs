use super::asking::{BEST_PRACTICES, READS, WRITES, approvals, object, purpose, requester, roles};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::build;
use crate::proof::hops::storage::Storage;
use crate::proof::json::text;
use crate::proof::policies::evaluation::unrelated_key;

/// Whatever a repository's build runs, it is somebody's code: it writes its artifacts, and nothing else.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    for role in roles(deployed) {
        let checks = purpose(role) == "checks";
        // What builds the team's own program is somebody's code, too.
        let program = purpose(role) == "self-update" && role.identity.reference.ends_with("-build");
        if !checks && !program && purpose(role) != "build" {
            continue;
        }
        // A build of a pipeline reads what the pipeline gives it, and hands on what it makes.
        let given = |bucket: &str| program && bucket.contains("-artifacts-");
        hops.serve(format!(
            "role {} of {}",
            role.identity.reference, role.home.account
        ));
        let who = requester(role);
        let own = role.home.account;
        secrets(deployed, role, &who, hops);
        for resource in deployed.of_account(own) {
            let arn = resource.identity.arn.as_str();
            let mut deny = |actions: &[&str], on: &str| {
                hops.add_each("a build beyond its artifacts", BEST_PRACTICES, &who, actions, on);
            };
            let forbidden = resource.kind.facts().forbidden;
            deny(forbidden.changes, arn);
            deny(forbidden.builds, arn);
            // Artifacts of other services, and artifacts at all.
            if resource.kind == ResourceKind::Bucket && !given(arn) {
                deny(&WRITES, &object(resource));
                deny(&READS, &object(resource));
            }
            if resource.kind == ResourceKind::Pipeline {
                for approval in approvals(resource) {
                    deny(&["codepipeline:PutApprovalResult"], &approval);
                }
            }
        }
        if checks {
            for bucket in deployed
                .of_kind(ResourceKind::Bucket)
                .filter(|bucket| bucket.home.account == own)
            {
                let Some(storage) = Storage::of(deployed, &bucket.identity.reference) else {
                    continue;
                };
                let encrypt = Request::new(who.clone(), "kms:GenerateDataKey", &storage.key);
                let encrypt = crate::proof::hops::via_s3(encrypt, bucket.home.region, storage.arn());
                hops.add("a pull request delivers", BEST_PRACTICES, encrypt);
            }
        }
    }
}

/// The secrets that other builds of the account are given, one that nobody is given, and keys by themselves; unless the program
/// itself grants them to this build.
fn secrets(deployed: &Deployed, role: &Resource, who: &Requester, hops: &mut Hops<'_>) {
    let mut deny = |purpose: &str, request: Request| {
        if !deployed.declarations.grant(role, &request) {
            hops.add(purpose, SECRETS, request);
        }
    };
    let projects = deployed.of_kind(ResourceKind::Project);
    let here = projects.filter(|project| project.home.account == role.home.account);
    let (own, others): (Vec<&Resource>, Vec<&Resource>) =
        here.partition(|project| text(&project.properties, &["ServiceRole"]) == role.identity.arn);
    let given: Vec<_> = own.iter().flat_map(|project| build::secrets(project)).collect();
    for project in others {
        for secret in build::secrets(project) {
            if !given.contains(&secret) {
                for request in secret.requests(project, who) {
                    deny("a build reads what another one is given", request);
                }
            }
        }
    }
    if given.is_empty() {
        return;
    }
    let made_up = [
        (
            "secretsmanager:GetSecretValue",
            role.home.arn("secretsmanager", "secret:unrelated-a1B2c3"),
        ),
        ("ssm:GetParameters", role.home.arn("ssm", "parameter/unrelated")),
        ("kms:Decrypt", unrelated_key(role)),
    ];
    for (action, on) in made_up {
        let request = Request::new(who.clone(), action, on);
        deny("a build reads what it is not given", request);
    }
}

const SECRETS: &str =
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html";
