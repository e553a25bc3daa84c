use super::asking::{BEST_PRACTICES, READS, WRITES, approvals, object, purpose, requester, roles};
use crate::cloudformation::ResourceKind;
use crate::policy::Request;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::storage::Storage;

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
