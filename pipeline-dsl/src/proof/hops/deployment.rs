use std::collections::BTreeSet;

use super::{items, passing, role, text};
use crate::policy::authorization::{self, ActionFacts};
use crate::policy::{Request, ServiceCall};
use crate::proof::deployed::{Deployed, Resource};
use crate::proof::hop::Hops;
use crate::team::{Definition, Grant, Roles, Team};

const STACK_ROLE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html";
const BOUNDARY: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";

/// What the program says that deployments do.
pub(super) fn declared(team: &Team, deployed: &Deployed, hops: &mut Hops) {
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
                place.grant(grant, &place.role, "the program declares it", hops);
            }
            if let Some(roles) = &permissions.roles {
                place.roles(team, pipeline, roles, hops);
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
}

fn places(deployed: &Deployed, name: &str) -> BTreeSet<Place> {
    let pipelines = deployed
        .of_type("AWS::CodePipeline::Pipeline")
        .filter(|pipeline| pipeline.identity.reference == name);
    pipelines.flat_map(of_pipeline).collect()
}

fn of_pipeline(pipeline: &Resource) -> Vec<Place> {
    items(&pipeline.properties, "Stages")
        .flat_map(|stage| items(stage, "Actions"))
        .filter_map(|action| {
            let role = text(action, &["Configuration", "RoleArn"]);
            let mut parts = role.split(':');
            let region = match text(action, &["Region"]) {
                "" => pipeline.home.region.as_str(),
                region => region,
            };
            Some(Place {
                role: role.to_owned(),
                partition: parts.nth(1)?.to_owned(),
                account: parts.nth(2)?.to_owned(),
                region: region.to_owned(),
            })
        })
        .collect()
}

impl Place {
    fn grant(&self, grant: &Grant, role_arn: &str, purpose: &str, hops: &mut Hops) {
        for pattern in &grant.actions {
            let known = authorization::actions(pattern);
            for resource in &grant.resources {
                // Of a pattern, one action that it stands for.
                let fitting = known
                    .iter()
                    .find_map(|facts| Some((facts, self.one_of(facts, resource)?)));
                let (action, on) = match fitting {
                    Some((facts, on)) => (format!("{}:{}", facts.service(), facts.name()), on),
                    None if known.is_empty() => self.unknown(pattern, resource),
                    None => continue,
                };
                hops.add(purpose, STACK_ROLE, Request::new(role(role_arn), action, on));
            }
        }
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

    /// The pattern with a name for each of its wildcards.
    fn filled(&self, pattern: &str, region: &str, account: &str, name: &str) -> String {
        let filled = pattern
            .replace("${AWS::Partition}", &self.partition)
            .replace("${AWS::Region}", &self.region)
            .replace("${AWS::AccountId}", &self.account);
        let parts = filled
            .splitn(6, ':')
            .enumerate()
            .map(|(position, part)| match (position, part) {
                (1, "*") => self.partition.clone(),
                (3, "*") => region.to_owned(),
                (4, "*") => account.to_owned(),
                _ => part.replace('*', name).replace('?', "x"),
            });
        parts.collect::<Vec<String>>().join(":")
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
    fn roles(&self, team: &Team, pipeline: &Definition, roles: &Roles, hops: &mut Hops) {
        let (team, service) = (team.name(), pipeline.service.name);
        let iam = |resource: String| format!("arn:{}:iam::{}:{resource}", self.partition, self.account);
        let made = iam(format!("role/{team}/service/{service}/function"));
        let boundary = iam(format!("policy/{team}/{team}-{service}-boundary"));
        let who = role(&self.role);
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
        let bounded_role = crate::proof::policies::bounded_by(&boundary);
        for grant in &roles.grants {
            self.grant(
                grant,
                &bounded_role,
                "a role of the service, within its boundary",
                hops,
            );
        }
    }
}
