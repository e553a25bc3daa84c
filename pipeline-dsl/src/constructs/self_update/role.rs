//! A role of the pipeline that updates the team itself.

use crate::cloudformation::types::iam::Role;
use crate::cloudformation::{Handle, Stack, Statement};
use crate::constructs::names::{Account, Names, SelfUpdateRole};
use crate::constructs::role::{NamedRole, add_named};

pub(super) fn add(
    stack: &mut Stack,
    names: &Names,
    account: Account,
    role: SelfUpdateRole,
    description: &str,
    trust: Statement,
    statements: Vec<Statement>,
) -> Handle<Role> {
    let entry = NamedRole {
        name: names.self_update_part(role.as_str()).into(),
        path: names.self_update_path(),
        arn: names.self_update_role_arn(&account, role),
        description: description.to_owned(),
        trust,
        statements,
    };
    add_named(stack, format!("{}Role", role.title()), entry)
}
