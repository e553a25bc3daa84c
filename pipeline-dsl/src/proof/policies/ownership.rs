//! Whose a resource is, as far as its ARN and the team's own templates say.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use std::collections::{BTreeMap, BTreeSet};

use crate::cloudformation::ResourceKind;
use crate::model::{TeamName, bucket_name};
use crate::proof::deployed::identity::Home;
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;

/// Accounts of AWS from which everybody may read. Elsewhere the publisher's policy has to allow it.
///
/// Powertools for AWS Lambda:
/// <https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/>,
/// <https://docs.aws.amazon.com/powertools/typescript/latest/getting-started/lambda-layers>
const PUBLISHERS: [&str; 2] = ["017000801446", "094274105915"];

/// Which resources are the team's, and in which accounts.
#[derive(Debug)]
pub(in crate::proof) struct Ownership {
    team: TeamName,
    /// What the templates make.
    made: BTreeSet<String>,
    /// The account of each bucket of the team: its ARN does not say.
    buckets: BTreeMap<String, String>,
    /// Buckets that have nothing to do with the team: one in each of its accounts.
    unrelated: BTreeMap<String, String>,
}

/// Whose a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proof) enum Owner<'a> {
    /// An account's.
    Account(&'a str),
    /// AWS's own: managed policies, transforms, published layers.
    Aws,
}

impl Ownership {
    pub(in crate::proof) fn of(deployed: &Deployed) -> Self {
        let mut found = Self {
            team: deployed.team,
            made: BTreeSet::new(),
            buckets: BTreeMap::new(),
            unrelated: BTreeMap::new(),
        };
        for resource in deployed.resources.iter().chain(&deployed.admitted) {
            found.add(resource);
        }
        // Of developers whom others stand for, the buckets are known by name.
        for (_, account, region) in &deployed.all_developers {
            for purpose in ["build", "artifacts", "assets"] {
                let name = bucket_name(deployed.team, purpose, *account, *region);
                let arn = format!("arn:{}:s3:::{name}", region.partition());
                found.buckets.insert(arn, account.to_string());
            }
        }
        found
    }

    fn add(&mut self, resource: &Resource) {
        let account = resource.home.account.to_string();
        let partition = resource.home.region.partition().as_str();
        let arn = resource.identity.arn.clone();
        if resource.kind == ResourceKind::Bucket {
            self.buckets.insert(arn.clone(), account.clone());
        }
        self.made.insert(arn);
        // Where the team keeps templates that a call cannot carry; the deployment makes it.
        let templates = bucket_name(
            self.team,
            "templates",
            resource.home.account,
            resource.home.region,
        );
        self.buckets
            .insert(format!("arn:{partition}:s3:::{templates}"), account.clone());
        self.unrelated.insert(unrelated_bucket(resource.home), account);
    }

    /// Whose it is. What no account is named for is of whoever asks, unless a template of ours says otherwise: buckets, APIs,
    /// hosted zones, images have no account in their ARNs.
    pub(in crate::proof) fn owner<'a>(
        &'a self,
        arn: &'a str,
        requester: Option<&'a str>,
    ) -> Option<Owner<'a>> {
        match arn.split(':').nth(4).unwrap_or_default() {
            "aws" => Some(Owner::Aws),
            account if PUBLISHERS.contains(&account) => Some(Owner::Aws),
            "" => {
                let bucket = bucket_of(arn);
                let known = self.buckets.get(bucket).or_else(|| self.unrelated.get(bucket));
                known.map(String::as_str).or(requester).map(Owner::Account)
            }
            account => Some(Owner::Account(account)),
        }
    }

    /// Whether it is the team's: a template makes it, the deployment does, or it is a role of another service.
    pub(in crate::proof) fn is_the_teams(&self, arn: &str, service: &str) -> bool {
        if self.made.contains(arn) || self.buckets.contains_key(bucket_of(arn)) {
            return true;
        }
        // Under the team's path stand its own roles and those that services make; each service's are its own affair.
        let role = arn.split_once(":role/").map(|(_, path)| path);
        role.and_then(|path| path.strip_prefix(self.team.as_str())?.strip_prefix('/'))
            .is_some_and(|path| !path.starts_with(&format!("service/{service}/")))
    }
}

/// The ARN of a bucket in this account that has nothing to do with the team.
pub(in crate::proof) fn unrelated_bucket(home: Home) -> String {
    format!("arn:{}:s3:::unrelated-{}", home.region.partition(), home.account)
}

/// `arn:aws:s3:::bucket/key` → `arn:aws:s3:::bucket`
pub(in crate::proof) fn bucket_of(arn: &str) -> &str {
    arn.split('/').next().unwrap_or(arn)
}
