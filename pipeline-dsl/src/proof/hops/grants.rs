//! What the program grants a role, as requests: of each action and resource, one that AWS would be asked.

use super::asking::role;
use crate::cloudformation::ResourceKind;
use crate::policy::authorization::{self, ActionFacts};
use crate::policy::{Request, is_like};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Declared, Grantee, Hops};
use crate::proof::policies::ownership::bucket_of;
use crate::team::Grant;

/// Where a role of a service is, and which.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) role: String,
    /// The role that asks CloudFormation for it, where that is another one.
    pub(super) creator: Option<String>,
    pub(super) account: String,
    pub(super) partition: String,
    pub(super) region: String,
    /// How many developers have the same, and are not asked about.
    pub(super) stands_for: usize,
}

/// What the program grants, and whom.
pub(super) struct Granted<'a> {
    pub(super) grant: &'a Grant,
    pub(super) service: &'a str,
    /// Who asks.
    pub(super) role: &'a str,
    pub(super) grantee: Grantee,
    pub(super) purpose: &'static str,
    /// The page that says so.
    pub(super) page: &'static str,
}

impl Place {
    pub(super) fn grant(&self, deployed: &Deployed, granted: &Granted<'_>, hops: &mut Hops<'_>) {
        for action in &granted.grant.actions {
            for pattern in &granted.grant.resources {
                for (action, on) in self.asked(deployed, action, pattern) {
                    let declared = Declared {
                        location: granted.grant.location,
                        service: granted.service.to_owned(),
                        grantee: granted.grantee.clone(),
                        resource: pattern.clone(),
                        place: format!("{}/{}", self.account, self.region),
                        stands_for: self.stands_for,
                    };
                    let request = Request::new(role(granted.role), action, on);
                    hops.add_declared(granted.purpose, granted.page, request, declared);
                }
            }
        }
    }

    /// What is asked where a program grants an action on a resource, either of which may be a pattern: of an action that is a
    /// pattern, one that it stands for; of a resource that is one, what is the team's own, where the pattern can only mean
    /// that, or any one that it matches.
    fn asked(&self, deployed: &Deployed, action: &str, resource: &str) -> Vec<(String, String)> {
        let known = authorization::actions(action);
        let name = |facts: &ActionFacts| format!("{}:{}", facts.service(), facts.name());
        let of_the_team = self.of_the_team(deployed, resource);
        if !of_the_team.is_empty() {
            let asked = of_the_team.into_iter().filter_map(|arn| {
                let facts = known.iter().find(|facts| facts.is_asked_on(&arn));
                let action = match facts {
                    Some(facts) => name(facts),
                    None if known.is_empty() => action.replace('*', "Something"),
                    None => return None,
                };
                Some((action, arn))
            });
            return asked.collect();
        }
        if known.is_empty() {
            return vec![self.unknown(action, resource)];
        }
        let fitting = known
            .iter()
            .find_map(|facts| Some((name(facts), self.one_of(facts, resource)?)));
        fitting.into_iter().collect()
    }

    /// An action that nobody knows, which may be asked on anything.
    fn unknown(&self, pattern: &str, resource: &str) -> (String, String) {
        let action = pattern.replace('*', "Something");
        let service = action.split(':').next().unwrap_or_default();
        let any = format!("arn:{}:{service}:*:*:*", self.partition);
        let resource = if resource == "*" { &any } else { resource };
        let on = self.filled(resource, &self.region, &self.account, "something");
        (action, on)
    }

    /// A resource that a pattern of the program matches, of a type that the action is asked on.
    fn one_of(&self, facts: &ActionFacts, pattern: &str) -> Option<String> {
        if pattern == "*" {
            return Some(match facts.takes().first() {
                Some(taken) => self.of_format(taken.r#type.arn),
                None => pattern.to_owned(),
            });
        }
        let names = [
            "something",
            "something/something",
            "something/something/something",
        ];
        let places = [
            (self.region.as_str(), self.account.as_str()),
            ("", self.account.as_str()),
            (self.region.as_str(), ""),
            ("", ""),
        ];
        let filled = names
            .iter()
            .flat_map(|name| places.map(|(region, account)| self.filled(pattern, region, account, name)));
        filled.into_iter().find(|arn| facts.is_asked_on(arn))
    }

    /// The resources of the team that a pattern can only mean.
    fn of_the_team(&self, deployed: &Deployed, pattern: &str) -> Vec<String> {
        if pattern == "*" || !pattern.contains(['*', '?']) {
            return Vec::new();
        }
        let pattern = self.located(pattern, &self.region, &self.account);
        let resources = deployed.resources.iter();
        resources
            .filter_map(|resource| self.means(&pattern, resource))
            .collect()
    }

    /// The pattern with a name for each of its wildcards.
    pub(super) fn filled(&self, pattern: &str, region: &str, account: &str, name: &str) -> String {
        self.located(pattern, region, account)
            .replace('*', name)
            .replace('?', "x")
    }

    /// The pattern with the place's own partition, a region and an account where it leaves them open.
    fn located(&self, pattern: &str, region: &str, account: &str) -> String {
        let filled = pattern
            .replace("${AWS::Partition}", &self.partition)
            .replace("${AWS::Region}", &self.region)
            .replace("${AWS::AccountId}", &self.account);
        let own = [(1, self.partition.as_str()), (3, region), (4, account)];
        let parts = filled.splitn(6, ':').enumerate().map(|(position, part)| {
            let own = own.iter().find(|(place, _)| *place == position);
            own.filter(|(_, own)| part.contains(['*', '?']) && is_like(own, part))
                .map_or(part, |(_, own)| *own)
        });
        parts.collect::<Vec<&str>>().join(":")
    }

    /// What a pattern is about, if it can only mean this resource of the team: one of another account that it names, or a bucket
    /// whose name it begins with so much of as nobody else's has. Of the own account's it says nothing: `key/*` is there for
    /// keys of the service.
    fn means(&self, pattern: &str, resource: &Resource) -> Option<String> {
        let arn = resource.identity.arn.as_str();
        if resource.kind != ResourceKind::Bucket {
            let named = pattern.split(':').nth(4).unwrap_or_default();
            let elsewhere = !named.is_empty() && named != self.account;
            return (elsewhere && is_like(arn, pattern)).then(|| arn.to_owned());
        }
        // `arn:aws:s3:::acme-build-111111111111-us-east-1` → `arn:aws:s3:::acme-build-`
        let only_the_teams = arn.split(resource.home.account.as_str()).next()?;
        let bucket = bucket_of(pattern);
        let begins = bucket.split(['*', '?']).next()?.starts_with(only_the_teams);
        let object = pattern.strip_prefix(bucket)?;
        (begins && is_like(arn, bucket))
            .then(|| format!("{arn}{}", object.replace('*', "something").replace('?', "x")))
    }

    /// An ARN of a format, in the place.
    fn of_format(&self, format: &str) -> String {
        let mut arn = format
            .replace("${Partition}", &self.partition)
            .replace("${Region}", &self.region)
            .replace("${Account}", &self.account);
        while let Some((before, (_, behind))) = arn
            .split_once("${")
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            arn = format!("{before}something{behind}");
        }
        arn
    }
}
