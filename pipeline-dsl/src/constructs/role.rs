//! Roles: who assumes them, and what they may do.

use crate::cloudformation::types::iam::{Policy, Role};
use crate::cloudformation::{Handle, KnownName, PolicyDocument, Principal, Stack, Statement, Text};
use crate::model::Name;
use crate::policy::Operator;

use crate::constructs::names::{Account, Names, Place, Purpose};

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
    place: Place,
    logical_id: String,
    role: ServiceRole<'_>,
) -> Handle<Role> {
    let entry = NamedRole {
        name: names.role(&place, role.service, role.purpose),
        path: names.role_path(role.purpose),
        arn: names.role_arn(&place, role.service, role.purpose),
        description: role.description,
        trust: role.trust,
        statements: role.statements,
    };
    add_named(stack, logical_id, entry)
}

/// A role by its own name, which other stacks compute.
#[derive(Debug)]
pub(crate) struct NamedRole {
    pub(crate) name: Text,
    pub(crate) path: String,
    pub(crate) arn: Text,
    pub(crate) description: String,
    pub(crate) trust: Statement,
    pub(crate) statements: Vec<Statement>,
}

/// Adds a role that is of no one service.
pub(crate) fn add_named(stack: &mut Stack, logical_id: String, role: NamedRole) -> Handle<Role> {
    let entry = Role {
        role_name: role.name.clone(),
        path: role.path,
        description: role.description,
        assume_role_policy_document: PolicyDocument::new([role.trust]),
        policies: vec![Policy {
            policy_name: "permissions",
            policy_document: PolicyDocument::new(role.statements),
        }],
    };
    let known = KnownName {
        reference: role.name,
        arn: role.arn,
    };
    stack.add(logical_id, &entry).known_as(known)
}

/// Lets an AWS service assume the role.
///
/// The services that are documented to send `aws:SourceAccount` get [`for_account`] as well; CodePipeline, CloudFormation
/// and Lambda are not, and get [`for_account_where_sent`]. What AWS sends is in `policy/service_call/facts.rs`.
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

/// The same of services that are not documented to say for whom they act: where they say it, it has to be this account. A
/// team that asks for `source_account_everywhere` relies on it that they do.
pub(crate) fn for_account_where_sent(names: &Names, statement: Statement, account: Account) -> Statement {
    if names.source_account_everywhere {
        for_account(statement, account)
    } else {
        statement.when(
            Operator::StringEqualsIfExists,
            "aws:SourceAccount",
            [account.id()],
        )
    }
}

/// Only on behalf of one resource.
pub(crate) fn for_source(statement: Statement, source: Text) -> Statement {
    statement.when(Operator::ArnLike, "aws:SourceArn", [source])
}
