use super::asking::{
    BEST_PRACTICES, BUCKET_CHANGES, KEY_CHANGES, READS, WRITES, administrator, as_role, object,
    of_organization, of_unit, purpose, requester, roles,
};
use super::cast::Cast;
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::forbidden::keys;
use crate::proof::hop::Hops;
use crate::proof::hops::fan_out::subscribing;
use crate::proof::hops::storage::{Storage, via_s3};
use crate::proof::json::text;

/// Developers read new builds through their subscriber, and nothing else of anybody's.
pub(super) fn all(deployed: &Deployed, cast: &Cast, hops: &mut Hops<'_>) {
    let functions: Vec<&str> = deployed
        .of_kind(ResourceKind::Function)
        .map(|function| text(&function.properties, &["Role"]))
        .collect();
    for role in roles(deployed).filter(|role| role.developer.is_some()) {
        hops.serve(format!(
            "developer {}",
            role.developer.map_or_else(String::new, |name| name.to_string())
        ));
        let subscriber = functions.contains(&role.identity.arn.as_str());
        against_others(
            deployed,
            role.home.account.as_str(),
            &requester(role),
            subscriber,
            hops,
        );
    }
    for account in &cast.developers {
        hops.serve(format!("developer account {account}"));
        against_others(deployed, account, &administrator(account), false, hops);
    }
    subscribers(deployed, &functions, hops);
    services(deployed, hops);
}

/// A service in a developer's account that may do everything there: of the developer's copies it reads its artifacts.
fn services(deployed: &Deployed, hops: &mut Hops<'_>) {
    for role in roles(deployed).filter(|role| role.developer.is_some() && purpose(role) == "deployment") {
        let home = role.home;
        let account = home.account.as_str();
        let made = home.iam(&format!("role/{}/service/any/function", deployed.team));
        hops.serve(format!("services of account {account}"));
        for arn in [&role.identity.arn, &made] {
            let widened = |action: &str, resource: &str| {
                as_role(Request::new(administrator(account), action, resource), arn)
            };
            let buckets = deployed.of_kind(ResourceKind::Bucket);
            for bucket in buckets.filter(|bucket| bucket.home.account == home.account) {
                let Some(storage) = Storage::of(deployed, &bucket.identity.reference) else {
                    continue;
                };
                if bucket.announces_objects() {
                    continue;
                }
                keys::beyond_bucket("a service", &widened("kms:Decrypt", &storage.key), &storage, hops);
                let region = bucket.home.region;
                let write = via_s3(
                    widened("kms:GenerateDataKey", &storage.key),
                    region,
                    storage.arn(),
                );
                hops.add("a service that replaces what is deployed", BEST_PRACTICES, write);
                if *arn == made {
                    let read = via_s3(widened("kms:Decrypt", &storage.key), region, storage.arn());
                    hops.add(
                        "a role of a service that reads what is deployed",
                        BEST_PRACTICES,
                        read,
                    );
                }
                for action in KEY_CHANGES {
                    let change = widened(action, &storage.key);
                    hops.add(
                        "a service that changes the developer's key",
                        BEST_PRACTICES,
                        change,
                    );
                }
            }
        }
    }
}

fn against_others(deployed: &Deployed, own: &str, who: &Requester, subscriber: bool, hops: &mut Hops<'_>) {
    let mut deny = |actions: &[&str], resource: &str| {
        hops.add_each(
            "a developer on what is somebody else's",
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
            if !(subscriber && is_source(deployed, resource)) {
                deny(&READS, &object(resource));
                deny(&["s3:ListBucket"], arn);
            }
        }
        deny(forbidden.changes, arn);
        deny(forbidden.developers, arn);
    }
    // Decryption as S3 asks for it.
    for bucket in deployed.of_kind(ResourceKind::Bucket) {
        let other = bucket.home.account.as_str() != own;
        let source = is_source(deployed, bucket);
        let Some(storage) = Storage::of(deployed, &bucket.identity.reference) else {
            continue;
        };
        if other && !(subscriber && source) {
            let request = Request::new(who.clone(), "kms:Decrypt", &storage.key);
            let request = via_s3(request, bucket.home.region, storage.arn());
            hops.add(
                "a developer decrypts what is somebody else's",
                BEST_PRACTICES,
                request,
            );
        }
    }
}

/// Whether it is the bucket that subscribers read.
fn is_source(deployed: &Deployed, bucket: &Resource) -> bool {
    deployed.of_kind(ResourceKind::Function).any(|function| {
        text(
            &function.properties,
            &["Environment", "Variables", "BUILD_BUCKET"],
        ) == bucket.identity.reference
    })
}

/// The subscriber, and one whose account lets it do everything: builds are read, only there, only through S3.
fn subscribers(deployed: &Deployed, functions: &[&str], hops: &mut Hops<'_>) {
    for arn in functions {
        let who = Requester::Role((*arn).to_owned());
        let account = who.account().unwrap_or_default().to_owned();
        hops.serve(format!("subscriber of {account}"));
        let widened = |action: &str, resource: &str| {
            as_role(Request::new(administrator(&account), action, resource), arn)
        };
        for bucket in deployed.of_kind(ResourceKind::Bucket) {
            let own = bucket.home.account.as_str() == account;
            let Some(storage) = Storage::of(deployed, &bucket.identity.reference) else {
                continue;
            };
            if own {
                let actions = ["s3:DeleteObjectVersion", "s3:PutObjectAcl", "s3:DeleteObject"];
                hops.add_each(
                    "the subscriber on its own copies",
                    BEST_PRACTICES,
                    &who,
                    &actions,
                    &object(bucket),
                );
                hops.add_each(
                    "the subscriber on its own bucket",
                    BEST_PRACTICES,
                    &who,
                    BUCKET_CHANGES,
                    storage.arn(),
                );
                continue;
            }
            for action in WRITES {
                hops.add(
                    "a subscriber that may do everything",
                    BEST_PRACTICES,
                    widened(action, &object(bucket)),
                );
            }
            keys::beyond_bucket(
                "a subscriber",
                &widened("kms:Decrypt", &storage.key),
                &storage,
                hops,
            );
        }
        // Another role of the same account, which may do everything.
        for bucket in deployed
            .of_kind(ResourceKind::Bucket)
            .filter(|bucket| bucket.home.account.as_str() != account)
        {
            for action in [
                "s3:GetObjectVersion",
                "s3:GetObjectVersionTagging",
                "s3:GetObjectVersionAttributes",
            ] {
                let request = Request::new(administrator(&account), action, object(bucket));
                hops.add("another role of a developer", BEST_PRACTICES, request);
            }
            for action in ["s3:ListBucket", "s3:ListBucketVersions"] {
                let request = Request::new(administrator(&account), action, &bucket.identity.arn);
                hops.add("another role of a developer", BEST_PRACTICES, request);
            }
        }
    }
    subscriptions(deployed, hops);
}

/// Subscribing to new artifacts: with the subscriber alone.
fn subscriptions(deployed: &Deployed, hops: &mut Hops<'_>) {
    for subscription in deployed.of_kind(ResourceKind::Subscription) {
        let topic = text(&subscription.properties, &["TopicArn"]);
        let endpoint = text(&subscription.properties, &["Endpoint"]);
        let who = administrator(subscription.home.account.as_str());
        let subscribe = |protocol: &str, endpoint: &str| subscribing(who.clone(), topic, protocol, endpoint);
        hops.add(
            "artifacts announced by mail",
            BEST_PRACTICES,
            subscribe("email", endpoint),
        );
        let other = subscription.home.arn("lambda", "function:something-else");
        hops.add(
            "artifacts announced to another function",
            BEST_PRACTICES,
            subscribe("lambda", &other),
        );
        if let Some(elsewhere) = elsewhere(deployed) {
            // Who has left the unit, and who has left the organization.
            let moved = of_unit(subscribe("lambda", endpoint), &elsewhere);
            hops.add("an account that is not under the unit", BEST_PRACTICES, moved);
            let left = of_organization(subscribe("lambda", endpoint), "o-elsewhere0");
            hops.add("an account that has left the organization", BEST_PRACTICES, left);
        }
    }
    let Some(elsewhere) = elsewhere(deployed) else {
        return;
    };
    for function in deployed.of_kind(ResourceKind::Function) {
        let bucket = text(
            &function.properties,
            &["Environment", "Variables", "BUILD_BUCKET"],
        );
        let Some(storage) = Storage::of(deployed, bucket) else {
            continue;
        };
        let who = Requester::Role(text(&function.properties, &["Role"]).to_owned());
        let object = object(storage.bucket);
        let requests = [
            Request::new(who.clone(), "s3:GetObjectVersion", &object),
            Request::new(who.clone(), "s3:ListBucket", storage.arn()),
            via_s3(
                Request::new(who, "kms:Decrypt", &storage.key),
                storage.bucket.home.region,
                storage.arn(),
            ),
        ];
        for request in requests {
            let moved = of_unit(request.clone(), &elsewhere);
            hops.add("an account that is not under the unit", BEST_PRACTICES, moved);
            let left = of_organization(request, "o-elsewhere0");
            hops.add("an account that has left the organization", BEST_PRACTICES, left);
        }
    }
}

/// A place of the same organization that is not under the developers' unit.
fn elsewhere(deployed: &Deployed) -> Option<String> {
    let (id, _) = deployed.organization.as_ref()?;
    Some(format!("{id}/r-elsewhere/ou-elsewhere-00000000/"))
}
