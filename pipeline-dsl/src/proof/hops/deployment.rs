use std::collections::BTreeSet;

use super::{items, passing, role, text};
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
        for action in &grant.actions {
            let action = action.replace('*', "Something");
            for resource in &grant.resources {
                let resource = self.one_of(&action, resource);
                hops.add(
                    purpose,
                    STACK_ROLE,
                    Request::new(role(role_arn), action.clone(), resource),
                );
            }
        }
    }

    /// A resource that a pattern of the program matches.
    fn one_of(&self, action: &str, pattern: &str) -> String {
        if pattern == "*" {
            let service = action.split(':').next().unwrap_or_default();
            let Self {
                partition,
                region,
                account,
                ..
            } = self;
            return format!("arn:{partition}:{service}:{region}:{account}:something");
        }
        let filled = pattern
            .replace("${AWS::Partition}", &self.partition)
            .replace("${AWS::Region}", &self.region)
            .replace("${AWS::AccountId}", &self.account);
        let parts: Vec<&str> = filled.splitn(6, ':').collect();
        let parts: Vec<String> = parts
            .iter()
            .enumerate()
            .map(|(position, part)| match (position, *part) {
                (1, "*") => self.partition.clone(),
                (3, "*") => self.region.clone(),
                (4, "*") => self.account.clone(),
                _ => part.replace('*', "something").replace('?', "x"),
            })
            .collect();
        parts.join(":")
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
