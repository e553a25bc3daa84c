use std::collections::BTreeSet;

use super::asking::{passing, role};
use crate::cloudformation::ResourceKind;
use crate::policy::authorization::{self, ActionFacts};
use crate::policy::{Request, ServiceCall, is_like};
use crate::proof::deployed::identity::bounded_by;
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Declared, Grantee, Hops};
use crate::proof::policies::ownership::bucket_of;
use crate::team::{Definition, Grant, Roles, Team};

const STACK_ROLE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html";
const BOUNDARY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";

/// What the program says that deployments do.
pub(super) fn declared(team: &Team, deployed: &Deployed, hops: &mut Hops<'_>) {
    for pipeline in &team.pipelines {
        let Some(permissions) = &pipeline.permissions else {
            continue;
        };
        let name = format!("{}-{}", team.name(), pipeline.service.name);
        for place in places(deployed, &name) {
            hops.serve(format!(
                "deployment of {} in {}",
                pipeline.service.name, place.account
            ));
            for grant in &permissions.grants {
                let granted = Granted {
                    grant,
                    service: pipeline.service.name.as_str(),
                    role: &place.role,
                    grantee: Grantee::DeploymentRole(place.role.clone()),
                    purpose: "the program declares it",
                };
                place.grant(deployed, &granted, hops);
            }
            if let Some(roles) = &permissions.roles {
                place.roles(team, pipeline, roles, hops);
                place.within_boundary(deployed, team, pipeline, roles, hops);
            }
        }
    }
}

/// Where a service is deployed with one role.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    role: String,
    account: String,
    partition: String,
    region: String,
    /// How many developers have the same, and are not asked about.
    stands_for: usize,
}

fn places(deployed: &Deployed, name: &str) -> BTreeSet<Place> {
    let pipelines = deployed
        .of_kind(ResourceKind::Pipeline)
        .filter(|pipeline| pipeline.identity.reference == name);
    let unasked = unasked(deployed);
    pipelines
        .flat_map(|pipeline| of_pipeline(pipeline, unasked))
        .collect()
}

fn of_pipeline(pipeline: &Resource, unasked: usize) -> Vec<Place> {
    let actions = pipeline.pipeline.iter().flat_map(|declared| declared.actions());
    actions
        .filter_map(|action| {
            let (_, role) = action.does.passed_role()?;
            let mut parts = role.split(':');
            let region = action.region.as_deref().unwrap_or(pipeline.home.region.as_str());
            Some(Place {
                role: role.clone(),
                partition: parts.nth(1)?.to_owned(),
                account: parts.nth(2)?.to_owned(),
                region: region.to_owned(),
                stands_for: if pipeline.developer.is_some() { unasked } else { 0 },
            })
        })
        .collect()
}

/// Developers whom others stand for.
fn unasked(deployed: &Deployed) -> usize {
    let asked: BTreeSet<_> = deployed
        .of_kind(ResourceKind::Pipeline)
        .filter_map(|pipeline| pipeline.developer)
        .collect();
    deployed.all_developers.len().saturating_sub(asked.len())
}

/// What the program grants, and whom.
struct Granted<'a> {
    grant: &'a Grant,
    service: &'a str,
    /// Who asks.
    role: &'a str,
    grantee: Grantee,
    purpose: &'static str,
}

impl Place {
    fn grant(&self, deployed: &Deployed, granted: &Granted<'_>, hops: &mut Hops<'_>) {
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
                    hops.add_declared(granted.purpose, STACK_ROLE, request, declared);
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
    fn filled(&self, pattern: &str, region: &str, account: &str, name: &str) -> String {
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

    /// What it takes to make the roles of functions and tasks, with their boundary.
    fn roles(&self, team: &Team, pipeline: &Definition, roles: &Roles, hops: &mut Hops<'_>) {
        let (team, service) = (team.name(), pipeline.service.name);
        let iam = |resource: String| format!("arn:{}:iam::{}:{resource}", self.partition, self.account);
        let made = iam(format!("role/{team}/service/{service}/function"));
        let boundary = iam(format!("policy/{team}/{team}-{service}-boundary-{}", self.region));
        let who = role(&self.role);
        // Both lists are a second opinion: `constructs/target_roles.rs` grants by the tables of calls and of resource types.
        let bounded = [
            "iam:CreateRole",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePermissionsBoundary",
        ];
        for action in bounded {
            let request = Request::new(who.clone(), action, &made).sent_on(
                ServiceCall::IamChangesRole,
                [("iam:PermissionsBoundary", &boundary)],
            );
            hops.add("the stack makes a role within its boundary", BOUNDARY, request);
        }
        let kept = [
            "iam:DeleteRole",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ];
        hops.add_each("the stack keeps its roles", STACK_ROLE, &who, &kept, &made);
        for service in &roles.services {
            let pass = passing(who.clone(), &made, service);
            hops.add("the stack hands its role to a service", STACK_ROLE, pass);
        }
    }

    /// What the roles that the service's own stacks make may do at the most.
    fn within_boundary(
        &self,
        deployed: &Deployed,
        team: &Team,
        pipeline: &Definition,
        roles: &Roles,
        hops: &mut Hops<'_>,
    ) {
        let (team, service) = (team.name(), pipeline.service.name);
        let iam = |resource: String| format!("arn:{}:iam::{}:{resource}", self.partition, self.account);
        let boundary = iam(format!("policy/{team}/{team}-{service}-boundary-{}", self.region));
        let made = iam(format!("role/{team}/service/{service}/*"));
        for grant in &roles.grants {
            let granted = Granted {
                grant,
                service: service.as_str(),
                role: &bounded_by(&boundary),
                grantee: Grantee::RolesOfStacks(made.clone()),
                purpose: "a role of the service, within its boundary",
            };
            self.grant(deployed, &granted, hops);
        }
    }
}
