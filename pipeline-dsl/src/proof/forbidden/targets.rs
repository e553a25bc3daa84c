use super::asking::{
    BEST_PRACTICES, READS, WRITES, administrator, as_role, object, purpose, requester, roles,
};
use super::cast::Cast;
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester};
use crate::proof::deployed::stacks::Deployed;
use crate::proof::forbidden::keys;
use crate::proof::hop::Hops;
use crate::proof::hops::storage::{Storage, via_s3};

/// Target accounts read artifacts with the roles that deploy, and nothing else.
pub(super) fn all(deployed: &Deployed, cast: &Cast, hops: &mut Hops<'_>) {
    for account in &cast.targets {
        hops.serve(format!("target account {account}"));
        // Other roles of the account, which may do everything there.
        against_others(deployed, account, &administrator(account), hops);
        for bucket in deployed
            .of_kind(ResourceKind::Bucket)
            .filter(|each| each.home.account.as_str() == cast.build)
        {
            let Some(storage) = Storage::of(deployed, &bucket.identity.reference) else {
                continue;
            };
            let who = administrator(account);
            hops.add_each(
                "another role of a target account",
                BEST_PRACTICES,
                &who,
                &READS,
                &object(bucket),
            );
            let looks = ["s3:ListBucket", "s3:GetBucketLocation"];
            hops.add_each(
                "another role of a target account",
                BEST_PRACTICES,
                &who,
                &looks,
                storage.arn(),
            );
            let decrypt = Request::new(who.clone(), "kms:Decrypt", &storage.key);
            let decrypt = via_s3(decrypt, bucket.home.region, storage.arn());
            hops.add("another role of a target account", BEST_PRACTICES, decrypt);
            hops.add_each(
                "another role of a target account",
                BEST_PRACTICES,
                &who,
                &["kms:DescribeKey"],
                &storage.key,
            );
        }
    }
    let own_roles = roles(deployed).filter(|role| cast.targets.contains(role.home.account.as_str()));
    for role in own_roles {
        hops.serve(format!(
            "role {} of target account {}",
            role.identity.reference, role.home.account
        ));
        against_others(deployed, role.home.account.as_str(), &requester(role), hops);
        widened(deployed, role, cast, hops);
    }
}

fn against_others(deployed: &Deployed, own: &str, who: &Requester, hops: &mut Hops<'_>) {
    let mut deny = |actions: &[&str], resource: &str| {
        hops.add_each(
            "a target on what is not its own",
            BEST_PRACTICES,
            who,
            actions,
            resource,
        );
    };
    for resource in deployed
        .resources
        .iter()
        .filter(|other| other.home.account.as_str() != own)
    {
        let arn = resource.identity.arn.as_str();
        let forbidden = resource.kind.facts().forbidden;
        if resource.kind == ResourceKind::Bucket {
            deny(&WRITES, &object(resource));
        }
        deny(forbidden.changes, arn);
        deny(forbidden.targets, arn);
    }
}

/// A role that deploys, if its account let it do everything: it reads artifacts, through S3, and decrypts nothing else.
fn widened(deployed: &Deployed, role: &super::Resource, cast: &Cast, hops: &mut Hops<'_>) {
    if !["action", "deployment"].contains(&purpose(role)) {
        return;
    }
    let account = role.home.account.as_str();
    let widened = |action: &str, resource: &str| {
        as_role(
            Request::new(administrator(account), action, resource),
            &role.identity.arn,
        )
    };
    for bucket in deployed
        .of_kind(ResourceKind::Bucket)
        .filter(|each| each.home.account.as_str() == cast.build)
    {
        let Some(storage) = Storage::of(deployed, &bucket.identity.reference) else {
            continue;
        };
        for action in WRITES {
            hops.add(
                "a deploying role that may do everything",
                BEST_PRACTICES,
                widened(action, &object(bucket)),
            );
        }
        keys::beyond_bucket(
            "a deploying role",
            &widened("kms:Decrypt", &storage.key),
            &storage,
            hops,
        );
        // What the build bucket holds is not for targets.
        if bucket.announces_objects() {
            for action in READS {
                hops.add(
                    "a target reads builds",
                    BEST_PRACTICES,
                    widened(action, &object(bucket)),
                );
            }
            let decrypt = via_s3(
                widened("kms:Decrypt", &storage.key),
                bucket.home.region,
                storage.arn(),
            );
            hops.add("a target decrypts builds", BEST_PRACTICES, decrypt);
        }
    }
}
