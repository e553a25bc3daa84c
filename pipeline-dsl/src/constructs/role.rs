//! Roles: who assumes them, and what they may do.

use crate::cloudformation::types::iam::{Policy, Role};
use crate::cloudformation::{Handle, KnownName, PolicyDocument, Principal, Stack, Statement, Text};
use crate::model::Name;
use crate::policy::Operator;

use super::names::{Account, DeployerRole, Names, Purpose, SelfUpdateRole};

/// A role of one service and purpose.
#[derive(Debug)]
pub(crate) struct ServiceRole<'a> {
    pub(crate) service: &'a Name,
    pub(crate) purpose: Purpose,
    pub(crate) description: String,
    pub(crate) trust: Statement,
    pub(crate) statements: Vec<Statement>,
}

/// Adds the role, under a name that other stacks compute.
pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    account: Account,
    logical_id: String,
    role: ServiceRole<'_>,
) -> Handle<Role> {
    let entry = Role {
        role_name: names.role(role.service, role.purpose),
        path: names.role_path(role.purpose),
        description: role.description,
        assume_role_policy_document: PolicyDocument::new([role.trust]),
        policies: vec![permissions(role.statements)],
    };
    stack
        .add(logical_id, &entry)
        .known_as(names.known_role(&account, role.service, role.purpose))
}

/// Adds a role of the pipeline that updates the team itself.
pub(crate) fn add_self_update(
    stack: &mut Stack,
    names: &Names,
    account: Account,
    role: SelfUpdateRole,
    description: &str,
    trust: Statement,
    statements: Vec<Statement>,
) -> Handle<Role> {
    let name = names.self_update_part(role.as_str());
    let entry = Role {
        role_name: name.clone(),
        path: names.self_update_path(),
        description: description.to_owned(),
        assume_role_policy_document: PolicyDocument::new([trust]),
        policies: vec![permissions(statements)],
    };
    stack
        .add(format!("{}Role", role.title()), &entry)
        .known_as(KnownName {
            reference: name.into(),
            arn: names.self_update_role_arn(&account, role),
        })
}

/// Adds a role that the team's own program takes.
pub(crate) fn add_deployer(
    stack: &mut Stack,
    names: &Names,
    account: Account,
    role: DeployerRole,
    trust: Statement,
    statements: Vec<Statement>,
) -> Handle<Role> {
    let name = names.deployer_role_name(role);
    let entry = Role {
        role_name: name.clone(),
        path: names.deployer_role_path(role),
        description: "The team's own program deploys this account with it".to_owned(),
        assume_role_policy_document: PolicyDocument::new([trust]),
        policies: vec![permissions(statements)],
    };
    stack
        .add(format!("{}Role", role.title()), &entry)
        .known_as(KnownName {
            reference: name.into(),
            arn: names.deployer_role_arn(&account, role),
        })
}

fn permissions(statements: Vec<Statement>) -> Policy {
    Policy {
        policy_name: "permissions",
        policy_document: PolicyDocument::new(statements),
    }
}

/// Lets an AWS service assume the role.
///
/// The services that are documented to send `aws:SourceAccount` get [`for_account`] as well; CodePipeline and
/// CloudFormation are not, and get [`for_account_if_wanted`].
pub(crate) fn trust_service(service: &'static str) -> Statement {
    Statement::allow("ServiceAssumes")
        .by(Principal::Service(service.into()))
        .action(["sts:AssumeRole"])
}

/// Only on behalf of one account: nobody else can make the service act for them (the confused deputy).
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
pub(crate) fn for_account(statement: Statement, account: Account) -> Statement {
    statement.when(Operator::StringEquals, "aws:SourceAccount", [account.id()])
}

/// Only on behalf of one account where the team wants it of services that are not documented to say it.
pub(crate) fn for_account_if_wanted(names: &Names, statement: Statement, account: Account) -> Statement {
    match names.source_account_everywhere {
        true => for_account(statement, account),
        false => statement,
    }
}

/// Only on behalf of one resource.
pub(crate) fn for_source(statement: Statement, source: Text) -> Statement {
    statement.when(Operator::ArnLike, "aws:SourceArn", [source])
}
