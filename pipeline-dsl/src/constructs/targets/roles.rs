//! The roles of one service in an account and region that it is deployed to: its pipeline's action role, the role that
//! CloudFormation deploys with, and the boundary of the roles that its own stacks create.

use crate::cloudformation::types::iam::{ManagedPolicy, Role};
use crate::cloudformation::{Handle, PolicyDocument, Principal, ResourceKind, Stack, Statement, Text, text};
use crate::policy::{Operator, ServiceCall};
use crate::team::{
    DeclaredRoles, Definition, Grant, Override, PARAMETERS, PassedRole, Permissions, TRANSFORMS,
};

use crate::constructs::names::{Names, Place, Purpose};
use crate::constructs::role::{self, ServiceRole};
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::storage::assets;
use crate::constructs::storage::key;

/// An account and region that a service is deployed to.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// Where it is, as its own stack names it.
    pub(crate) place: Place,
    /// The store that is read there.
    pub(crate) store: &'a ArtifactStore,
    /// Where the pipelines are that deploy to it.
    pub(crate) pipelines: Place,
}

/// What a pipeline needs of the account that it deploys to.
#[derive(Debug, Clone)]
pub(crate) struct TargetRoles {
    pub(crate) action: Handle<Role>,
    pub(crate) deployment: Handle<Role>,
}

pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    pipeline: &Definition,
    target: &Target<'_>,
) -> TargetRoles {
    if let Some(roles) = pipeline
        .permissions
        .as_ref()
        .and_then(|permissions| permissions.roles.as_ref())
        .filter(|roles| roles.unbounded.is_none())
    {
        add_boundary(stack, names, pipeline, roles, target.place);
    }
    let deployment = add_deployment_role(stack, names, pipeline, target);
    let action = add_action_role(stack, names, pipeline, target, &deployment);
    TargetRoles { action, deployment }
}

/// The role that the pipeline assumes: it hands templates to CloudFormation, together with the deployment
/// role, and can do nothing else.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html>
fn add_action_role(
    stack: &mut Stack,
    names: &Names,
    pipeline: &Definition,
    target: &Target<'_>,
    deployment: &Handle<Role>,
) -> Handle<Role> {
    let service = &pipeline.service.name;
    let pipeline_role = names.role_arn(&target.pipelines, service, Purpose::Pipeline);
    // The pipeline's role is created later, by another stack: the account is trusted, narrowed to that role.
    let trust = Statement::allow("PipelineAssumes")
        .by(Principal::Aws(vec![
            target.pipelines.account().root(names.partition),
        ]))
        .action(["sts:AssumeRole"])
        .when(Operator::ArnLike, "aws:PrincipalArn", [pipeline_role]);

    let stacks = pipeline.stacks.iter().map(|stack| {
        target
            .place
            .arn("cloudformation", format!("stack/{}/*", stack.name))
    });
    let change = Statement::allow("ChangeStacks")
        .action([
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
        ])
        .on(stacks);
    let pass = Statement::allow("PassDeploymentRole")
        .action(["iam:PassRole"])
        .on([stack.arn(deployment, "the action hands it to CloudFormation")])
        .when(
            Operator::StringEquals,
            "iam:PassedToService",
            ["cloudformation.amazonaws.com".into()],
        );
    let mut statements = vec![change, pass];
    statements.extend(asked_of_both(pipeline));
    statements.extend(read_store(stack, target.store, true));
    let action = ServiceRole {
        service,
        purpose: Purpose::Action,
        description: format!("The pipeline of {service} deploys with it"),
        trust,
        statements,
    };
    role::add(stack, names, target.place, "ActionRole".to_owned(), action)
}

/// What the program grants the deployment, and CloudFormation asks also, or only, of whoever creates the change set.
fn asked_of_both(pipeline: &Definition) -> impl Iterator<Item = Statement> {
    [TRANSFORMS, PARAMETERS].into_iter().filter_map(|asked| {
        let grants = pipeline.permissions.iter().flat_map(|all| &all.grants);
        let resources: Vec<Text> = grants
            .flat_map(|grant| asked.resources(grant))
            .map(Text::with_pseudo_parameters)
            .collect();
        let statement = Statement::allow(asked.sid).action([asked.action]);
        (!resources.is_empty()).then(|| statement.on(resources))
    })
}

/// The role that CloudFormation creates the service's resources with: what the program declares, no more.
fn add_deployment_role(
    stack: &mut Stack,
    names: &Names,
    pipeline: &Definition,
    target: &Target<'_>,
) -> Handle<Role> {
    let service = &pipeline.service.name;
    let mut statements = Vec::new();
    if let Some(permissions) = &pipeline.permissions {
        statements.extend(granted(&permissions.grants, "Declared"));
        statements.extend(role_statements(names, pipeline, permissions, target.place));
        statements.extend(permissions.passed.iter().enumerate().map(passed));
        if permissions.nested_stacks.is_some() {
            statements.extend(nested_stacks(names, pipeline, target.place));
        }
    }
    // A function's code is read by Lambda on behalf of this role.
    let reads_code = pipeline
        .stacks
        .iter()
        .flat_map(|stack| &stack.overrides)
        .any(|each| matches!(each.given, Override::Artifact { .. }));
    if reads_code {
        statements.extend(read_store(stack, target.store, false));
    }
    let assets = target.store.assets.as_ref();
    if let Some(assets) = assets.filter(|_| !pipeline.assets().is_empty()) {
        let kept = (assets, &target.store.key);
        statements.extend(assets::read(stack, pipeline, kept, target.store.place));
    }
    let deployment = ServiceRole {
        service,
        purpose: Purpose::Deployment,
        description: format!("CloudFormation deploys {service} with it"),
        trust: role::for_account_where_sent(
            names,
            role::trust_service("cloudformation.amazonaws.com"),
            target.place.account(),
        ),
        statements,
    };
    role::add(
        stack,
        names,
        target.place,
        "DeploymentRole".to_owned(),
        deployment,
    )
}

/// Lets a deployment give a service a role that is there already.
fn passed((position, passed): (usize, &PassedRole)) -> Statement {
    Statement::allow(PassedRole::sid(position))
        .action(["iam:PassRole"])
        .on([Text::with_pseudo_parameters(&passed.role)])
        .when(
            Operator::StringEquals,
            "iam:PassedToService",
            [passed.service.as_str().into()],
        )
}

/// Lets a deployment keep the nested stacks of its stacks, which CloudFormation gives the same role.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html>
///
/// No page says that the role has to be passed by itself; those who did not allow it were denied:
/// <https://github.com/aws-solutions-library-samples/data-lakes-on-aws/issues/275>
fn nested_stacks(names: &Names, pipeline: &Definition, place: Place) -> [Statement; 2] {
    let nested = pipeline
        .stacks
        .iter()
        .map(|stack| place.arn("cloudformation", format!("stack/{}-*/*", stack.name)));
    let keep = Statement::allow("KeepNestedStacks")
        .action([
            "cloudformation:CreateStack",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeStacks",
            "cloudformation:GetStackPolicy",
            "cloudformation:GetTemplate",
            "cloudformation:UpdateStack",
        ])
        .on(nested);
    let own = names.role_arn(&place, &pipeline.service.name, Purpose::Deployment);
    let pass = Statement::allow("PassItselfToNestedStacks")
        .action(["iam:PassRole"])
        .on([own])
        .when(
            Operator::StringEquals,
            "iam:PassedToService",
            ["cloudformation.amazonaws.com".into()],
        );
    [keep, pass]
}

/// Lets a role read artifacts from one store, and decrypt them through S3 there.
fn read_store(stack: &mut Stack, store: &ArtifactStore, look: bool) -> Vec<Statement> {
    let reason = "deployments read artifacts from it";
    let bucket = stack.arn(&store.bucket, reason);
    let key = stack.arn(&store.key, "deployments decrypt artifacts with it");
    let read = Statement::allow("ReadArtifacts")
        .action(["s3:GetObject", "s3:GetObjectVersion"])
        .on([text![&bucket, "/*"]]);
    let decrypt = Statement::allow("DecryptArtifacts")
        .action(["kms:Decrypt"])
        .on([key.clone()]);
    let mut statements = vec![
        read,
        key::only_through_s3(decrypt, store.place, std::slice::from_ref(&bucket)),
    ];
    if look {
        statements.push(
            Statement::allow("ListArtifacts")
                .action(["s3:ListBucket", "s3:GetBucketLocation"])
                .on([bucket]),
        );
        statements.push(
            Statement::allow("DescribeKey")
                .action(["kms:DescribeKey"])
                .on([key]),
        );
    }
    statements
}

/// What the program grants, statement by statement.
pub(crate) fn granted(grants: &[Grant], kind: &str) -> Vec<Statement> {
    let statement = |(index, grant): (usize, &Grant)| {
        Statement::allow(grant.sid(kind, index))
            .action(grant.actions.iter().cloned())
            .on(grant.resources.iter().map(Text::with_pseudo_parameters))
    };
    grants.iter().enumerate().map(statement).collect()
}

/// The most that a role of the service's own stacks may do.
fn add_boundary(
    stack: &mut Stack,
    names: &Names,
    pipeline: &Definition,
    roles: &DeclaredRoles,
    place: Place,
) {
    let service = &pipeline.service.name;
    let boundary = ManagedPolicy {
        managed_policy_name: names.boundary(&place, service),
        path: names.team_path(),
        description: format!("The most that a role made by the stacks of {service} may do"),
        policy_document: PolicyDocument::new(granted(&roles.grants, "Bounded")),
    };
    stack.add("Boundary", &boundary);
}

/// Lets a deployment create roles that are named as the program says, by default under the service's own path, with the boundary unless
/// they need none, and pass them to the services that were named, with managed policies for them and instance profiles: nothing
/// that it creates can do more than the program says.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate>
fn role_statements(
    names: &Names,
    pipeline: &Definition,
    permissions: &Permissions,
    place: Place,
) -> Vec<Statement> {
    let Some(roles) = &permissions.roles else {
        return Vec::new();
    };
    let service = &pipeline.service.name;
    let beginnings: Vec<String> = roles
        .names()
        .flat_map(|each| names.role_beginnings(each, pipeline))
        .collect();
    let arns = |kind: &str| -> Vec<Text> {
        let each = beginnings.iter();
        each.map(|beginning| {
            place
                .account()
                .iam_arn(names.partition, &format!("{kind}/{beginning}*"))
        })
        .collect()
    };
    let own = arns("role");
    // The actions that know `iam:PermissionsBoundary`, and what else CloudFormation asks for a role.
    let bounded = ServiceCall::IamChangesRole.facts().actions;
    let handlers = ResourceKind::Role.facts().handlers.of_itself.iter().copied();
    let kept = handlers.filter(|action| !bounded.contains(action));
    // What its roles may do by them, their boundary bounds.
    let keeps_policies = ResourceKind::ManagedPolicy
        .facts()
        .handlers
        .of_itself
        .iter()
        .copied();
    let tags = ["iam:ListPolicyTags", "iam:TagPolicy", "iam:UntagPolicy"];
    let make = match roles.unbounded {
        Some(_) => Statement::allow(DeclaredRoles::MAKES_UNBOUNDED)
            .action(bounded.iter().copied())
            // Of a role that has one all the same.
            .action(["iam:DeleteRolePermissionsBoundary"])
            .on(own.clone()),
        None => Statement::allow("MakeBoundedRoles")
            .action(bounded.iter().copied())
            .on(own.clone())
            .when(
                Operator::StringEquals,
                "iam:PermissionsBoundary",
                [names.boundary_arn(&place, service)],
            ),
    };
    let mut statements = vec![
        make,
        Statement::allow(DeclaredRoles::KEEPS)
            .action(kept)
            .on(own.clone()),
        Statement::allow("PassRoles")
            .action(["iam:PassRole"])
            .on(own)
            .when(
                Operator::StringEquals,
                "iam:PassedToService",
                roles.services.iter().map(|service| service.as_str().into()),
            ),
        Statement::allow("KeepPolicies")
            .action(keeps_policies.chain(tags))
            .on(arns("policy")),
    ];
    if roles.are_for_instances() {
        // Which roles are put into one, `PassRoles` says.
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
        let keep = Statement::allow("KeepInstanceProfiles").action([
            "iam:AddRoleToInstanceProfile",
            "iam:CreateInstanceProfile",
            "iam:DeleteInstanceProfile",
            "iam:GetInstanceProfile",
            "iam:RemoveRoleFromInstanceProfile",
            "iam:TagInstanceProfile",
            "iam:UntagInstanceProfile",
        ]);
        statements.push(keep.on(arns("instance-profile")));
    }
    statements
}
