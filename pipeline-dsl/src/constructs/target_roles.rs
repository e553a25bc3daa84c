//! The roles of one service in an account that it is deployed to: its pipeline's action role, the role that
//! CloudFormation deploys with, and the boundary of the roles that its own stacks create.

use crate::cloudformation::types::iam::{ManagedPolicy, Role};
use crate::cloudformation::{Handle, PolicyDocument, Principal, Stack, Statement, Text, text};
use crate::model::Partition;
use crate::policy::Operator;
use crate::team::{Definition, Grant, Override, Permissions, Roles};

use super::artifact_store::ArtifactStore;
use super::key;
use super::names::{Account, Names, Place, Purpose};
use super::role::{self, ServiceRole};

/// An account that services are deployed to.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// The account, as its own stack names it.
    pub(crate) account: Account,
    /// Where in it the service is deployed, and the store that is read there.
    pub(crate) places: Vec<(Place, &'a ArtifactStore)>,
    /// The account whose pipelines deploy to it.
    pub(crate) pipelines: Account,
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
    {
        add_boundary(stack, names, pipeline, roles, target);
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
        .by(Principal::Aws(vec![target.pipelines.root(names.partition)]))
        .action(["sts:AssumeRole"])
        .when(Operator::ArnLike, "aws:PrincipalArn", [pipeline_role]);

    let stacks = target.places.iter().flat_map(|(place, _)| {
        let arn = |stack: &crate::team::StackDefinition| {
            place.arn("cloudformation", format!("stack/{}/*", stack.name))
        };
        pipeline.stacks.iter().map(arn)
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
    for (index, (_, store)) in target.places.iter().enumerate() {
        statements.extend(read_store(stack, index, store, true));
    }
    let action = ServiceRole {
        service,
        purpose: Purpose::Action,
        description: format!("The pipeline of {service} deploys with it"),
        trust,
        statements,
    };
    let id = crate::constructs::logical_id(service, "ActionRole");
    role::add(stack, names, target.account, id, action)
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
        statements.extend(granted(&permissions.grants, "Declared", target));
        statements.extend(role_statements(names, pipeline, permissions, target.account));
    }
    // A function's code is read by Lambda on behalf of this role.
    let reads_code = pipeline
        .stacks
        .iter()
        .flat_map(|stack| &stack.overrides)
        .any(|given| matches!(given, Override::Artifact { .. }));
    if reads_code {
        for (index, (_, store)) in target.places.iter().enumerate() {
            statements.extend(read_store(stack, index, store, false));
        }
    }
    let deployment = ServiceRole {
        service,
        purpose: Purpose::Deployment,
        description: format!("CloudFormation deploys {service} with it"),
        trust: role::for_account_where_sent(
            names,
            role::trust_service("cloudformation.amazonaws.com"),
            target.account,
        ),
        statements,
    };
    let id = crate::constructs::logical_id(service, "DeploymentRole");
    role::add(stack, names, target.account, id, deployment)
}

/// Lets a role read artifacts from one store, and decrypt them through S3 there.
fn read_store(stack: &mut Stack, index: usize, store: &ArtifactStore, look: bool) -> Vec<Statement> {
    let reason = "deployments read artifacts from it";
    let bucket = stack.arn(&store.bucket, reason);
    let key = stack.arn(&store.key, "deployments decrypt artifacts with it");
    let read = Statement::allow(format!("ReadArtifacts{index}"))
        .action(["s3:GetObject", "s3:GetObjectVersion"])
        .on([text![&bucket, "/*"]]);
    let decrypt = Statement::allow(format!("DecryptArtifacts{index}"))
        .action(["kms:Decrypt"])
        .on([key.clone()]);
    let mut statements = vec![
        read,
        key::only_through_s3(decrypt, store.place, std::slice::from_ref(&bucket)),
    ];
    if look {
        statements.push(
            Statement::allow(format!("ListArtifacts{index}"))
                .action(["s3:ListBucket", "s3:GetBucketLocation"])
                .on([bucket]),
        );
        statements.push(
            Statement::allow(format!("DescribeKey{index}"))
                .action(["kms:DescribeKey"])
                .on([key]),
        );
    }
    statements
}

/// What the program grants, statement by statement.
fn granted(grants: &[Grant], kind: &str, target: &Target<'_>) -> Vec<Statement> {
    let statement = |(index, grant): (usize, &Grant)| {
        Statement::allow(grant.sid(kind, index))
            .action(grant.actions.iter().cloned())
            .on(grant
                .resources
                .iter()
                .flat_map(|resource| in_regions(resource, target)))
    };
    grants.iter().enumerate().map(statement).collect()
}

/// A resource as the program writes it, in each region that the service is deployed to: the roles of an account stand in one
/// region and serve all of them.
fn in_regions(resource: &str, target: &Target<'_>) -> Vec<Text> {
    let mut texts = Vec::new();
    for (place, _) in &target.places {
        let text = match place {
            Place::At(_, region) => resource.replace("${AWS::Region}", region.as_str()),
            Place::OfStack => resource.to_owned(),
        };
        let text = Text::with_pseudo_parameters(text);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The most that a role of the service's own stacks may do.
fn add_boundary(stack: &mut Stack, names: &Names, pipeline: &Definition, roles: &Roles, target: &Target<'_>) {
    let service = &pipeline.service.name;
    let boundary = ManagedPolicy {
        managed_policy_name: names.boundary(service),
        path: names.team_path(),
        description: format!("The most that a role made by the stacks of {service} may do"),
        policy_document: PolicyDocument::new(granted(&roles.grants, "Bounded", target)),
    };
    stack.add(crate::constructs::logical_id(service, "Boundary"), &boundary);
}

/// Lets a deployment create roles under the service's own path, always with the boundary, and pass them to
/// the services that were named: nothing that it creates can do more than the program says.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate>
fn role_statements(
    names: &Names,
    pipeline: &Definition,
    permissions: &Permissions,
    account: Account,
) -> Vec<Statement> {
    let Some(roles) = &permissions.roles else {
        return Vec::new();
    };
    let service = &pipeline.service.name;
    let iam = |partition: Partition, resource: String| account.iam_arn(partition, &resource);
    let own = iam(
        names.partition,
        format!("role{}*", names.service_role_path(service)),
    );
    let boundary = iam(
        names.partition,
        format!("policy{}{}", names.team_path(), names.boundary(service)),
    );
    vec![
        // The actions that know `iam:PermissionsBoundary`.
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
        Statement::allow("MakeBoundedRoles")
            .action([
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ])
            .on([own.clone()])
            .when(Operator::StringEquals, "iam:PermissionsBoundary", [boundary]),
        Statement::allow("KeepRoles")
            .action([
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
            ])
            .on([own.clone()]),
        Statement::allow("PassRoles")
            .action(["iam:PassRole"])
            .on([own])
            .when(
                Operator::StringEquals,
                "iam:PassedToService",
                roles.services.iter().map(|service| service.as_str().into()),
            ),
    ]
}
