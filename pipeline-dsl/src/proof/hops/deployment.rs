use std::collections::BTreeSet;

use super::asking::{names_of_roles, passing, role};
use super::grants::{Granted, Place};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, ServiceCall};
use crate::proof::deployed::identity::bounded_by;
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Grantee, Hops};
use crate::team::{DeclaredRoles, Definition, Grant, PARAMETERS, PassedRole, Team};

const STACK_ROLE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html";
const NESTED: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html";
const PASS_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html";
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
                    page: STACK_ROLE,
                };
                place.grant(deployed, &granted, hops);
            }
            place.creates_change_sets(deployed, pipeline, &permissions.grants, hops);
            place.passes(&permissions.passed, hops);
            if permissions.nested_stacks.is_some() {
                place.nested_stacks(pipeline, hops);
            }
            if let Some(roles) = &permissions.roles {
                for name in names_of_roles(team, pipeline, roles) {
                    place.roles(team, pipeline, roles, &name, hops);
                }
                if roles.unbounded.is_none() {
                    place.within_boundary(deployed, team, pipeline, roles, hops);
                }
            }
        }
    }
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
                creator: action.role.clone(),
                partition: parts.nth(1)?.to_owned(),
                account: parts.nth(2)?.to_owned(),
                region: region.to_owned(),
                stands_for: if pipeline.developer.is_some() { unasked } else { 0 },
            })
        })
        .collect()
}

/// Developers whom others stand for.
pub(super) fn unasked(deployed: &Deployed) -> usize {
    let asked: BTreeSet<_> = deployed
        .of_kind(ResourceKind::Pipeline)
        .filter_map(|pipeline| pipeline.developer)
        .collect();
    deployed.all_developers.len().saturating_sub(asked.len())
}

impl Place {
    /// What CloudFormation asks of whoever creates the change set.
    fn creates_change_sets(
        &self,
        deployed: &Deployed,
        pipeline: &Definition,
        grants: &[Grant],
        hops: &mut Hops<'_>,
    ) {
        let Some(creator) = &self.creator else { return };
        for grant in grants {
            let parameters = Grant {
                actions: vec!["ssm:GetParameters".to_owned()],
                resources: PARAMETERS.resources(grant).map(ToOwned::to_owned).collect(),
                ..grant.clone()
            };
            let granted = Granted {
                grant: &parameters,
                service: pipeline.service.name.as_str(),
                role: creator,
                grantee: Grantee::ActionRole(creator.clone()),
                purpose: "CloudFormation reads parameters of the template for whoever creates the change set",
                page: "https://github.com/aws-samples/aws-cross-account-cicd-pipeline/issues/38",
            };
            self.grant(deployed, &granted, hops);
        }
    }

    /// Roles that are there already.
    fn passes(&self, passed: &[PassedRole], hops: &mut Hops<'_>) {
        for passed in passed {
            let arn = self.filled(&passed.role, &self.region, &self.account, "something");
            let pass = passing(role(&self.role), &arn, &passed.service);
            hops.add("the stack hands a role on that is there already", PASS_ROLE, pass);
        }
    }

    /// What CloudFormation asks for the stacks that a service's stacks have in them.
    fn nested_stacks(&self, pipeline: &Definition, hops: &mut Hops<'_>) {
        let who = role(&self.role);
        // A second opinion, like the other lists of this file.
        let keeps = [
            "cloudformation:CreateStack",
            "cloudformation:UpdateStack",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeStacks",
            "cloudformation:GetTemplate",
            "cloudformation:GetStackPolicy",
        ];
        for stack in &pipeline.stacks {
            let nested = format!(
                "arn:{}:cloudformation:{}:{}:stack/{}-Storage-1ABCDEFGHIJKL/a1b2c3d",
                self.partition, self.region, self.account, stack.name
            );
            hops.add_each("the stack keeps its nested stacks", NESTED, &who, &keeps, &nested);
        }
        let pass = passing(who, &self.role, "cloudformation.amazonaws.com");
        hops.add("the stack gives a nested stack its role", NESTED, pass);
    }

    /// What it takes to make the roles of functions and tasks, with their boundary.
    fn roles(
        &self,
        team: &Team,
        pipeline: &Definition,
        roles: &DeclaredRoles,
        name: &str,
        hops: &mut Hops<'_>,
    ) {
        let (team, service) = (team.name(), pipeline.service.name);
        let iam = |resource: String| format!("arn:{}:iam::{}:{resource}", self.partition, self.account);
        let made = iam(format!("role/{name}"));
        let boundary = iam(format!("policy/{team}/{team}-{service}-boundary-{}", self.region));
        let who = role(&self.role);
        // These lists are a second opinion: `constructs/targets/roles.rs` grants by the tables of calls and of resource types.
        let bounded = [
            "iam:CreateRole",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePermissionsBoundary",
        ];
        if roles.unbounded.is_some() {
            let action = "iam:DeleteRolePermissionsBoundary";
            let request = Request::new(who.clone(), action, &made);
            hops.add("the stack takes the boundary from its role", BOUNDARY, request);
        }
        for action in bounded {
            let request = Request::new(who.clone(), action, &made);
            if roles.unbounded.is_some() {
                hops.add("the stack makes a role without a boundary", BOUNDARY, request);
            } else {
                let request = request.sent_on(
                    ServiceCall::IamChangesRole,
                    [("iam:PermissionsBoundary", &boundary)],
                );
                hops.add("the stack makes a role within its boundary", BOUNDARY, request);
            }
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
        let policies = [
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicy",
            "iam:DeletePolicyVersion",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListEntitiesForPolicy",
            "iam:ListPolicyTags",
            "iam:ListPolicyVersions",
            "iam:TagPolicy",
            "iam:UntagPolicy",
        ];
        let policy = iam(format!("policy/{name}"));
        hops.add_each(
            "the stack keeps its policies",
            STACK_ROLE,
            &who,
            &policies,
            &policy,
        );
        if roles.are_for_instances() {
            let profiles = [
                "iam:AddRoleToInstanceProfile",
                "iam:CreateInstanceProfile",
                "iam:DeleteInstanceProfile",
                "iam:GetInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:TagInstanceProfile",
                "iam:UntagInstanceProfile",
            ];
            let profile = iam(format!("instance-profile/{name}"));
            hops.add_each(
                "the stack keeps its instance profiles",
                STACK_ROLE,
                &who,
                &profiles,
                &profile,
            );
        }
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
        roles: &DeclaredRoles,
        hops: &mut Hops<'_>,
    ) {
        let (team, service) = (team.name(), pipeline.service.name);
        let iam = |resource: String| format!("arn:{}:iam::{}:{resource}", self.partition, self.account);
        let boundary = iam(format!("policy/{team}/{team}-{service}-boundary-{}", self.region));
        // Those that are named otherwise have the same boundary.
        let made = iam(format!("role/{team}/service/{service}/*"));
        for grant in &roles.grants {
            let granted = Granted {
                grant,
                service: service.as_str(),
                role: &bounded_by(&boundary),
                grantee: Grantee::RolesOfStacks(made.clone()),
                purpose: "a role of the service, within its boundary",
                page: STACK_ROLE,
            };
            self.grant(deployed, &granted, hops);
        }
    }
}
