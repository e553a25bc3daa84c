//! `<team>-developer-service-<service>`: the pipeline of a service in a developer's account with the roles that it deploys
//! with, and with a fork the build of the fork. One template for all developers: a fork is given by parameters.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::cloudformation::{Condition, Parameter, ParameterRef, Stack, StackKey, text};
use crate::model::{AccountId, Arn, BranchName, Connection, Name};
use crate::team::{Definition, Fork, Override, Team};

use crate::constructs::code_build::project::{self, Builds, ForkBranch};
use crate::constructs::code_build::webhook;
use crate::constructs::developer::DeveloperAccount;
use crate::constructs::names::{Names, Place};
use crate::constructs::pipeline;
use crate::constructs::pipeline::delivery::{Delivery, DeployedValues, Deployment, Stage};
use crate::constructs::targets::roles::{self, Target};

/// The parameter that names a developer's own repository.
pub const FORK_REPOSITORY: &str = "ForkRepository";

/// The parameters of a template that give parameters of a service's stacks their values, which differ from developer to developer.
#[derive(Debug)]
pub(crate) struct OwnValues(Vec<OwnValue>);

/// What one of these parameters is.
#[derive(Debug)]
struct OwnValue {
    parameter: ParameterRef,
    developers: BTreeMap<Name, String>,
    /// For whoever has none of their own.
    others: Option<String>,
}

/// What a parameter of such a template is called before its digest, and what is said of it before the parameter that it stands for.
const OWN_VALUE: (&str, &str) = ("Value", "Parameter ");

/// The parameter of a service's stack that a parameter of a template gives its value, `Vpc of stack orders`, by what the template
/// says of it.
pub fn stands_for<'a>(name: &str, description: &'a str) -> Option<&'a str> {
    let (called, described) = OWN_VALUE;
    let digest = name.strip_prefix(called)?;
    let is_own = digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    description.strip_prefix(described).filter(|_| is_own)
}

impl OwnValues {
    /// What the parameter is called that gives a stack's parameter its value.
    fn parameter_name(stack: &str, parameter: &str) -> String {
        let digest = Sha256::digest(format!("{stack}/{parameter}"));
        let number = digest
            .iter()
            .take(4)
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        format!("{}{number:08x}", OWN_VALUE.0)
    }

    /// What they are for one developer.
    pub(crate) fn of(&self, developer: Name) -> Vec<(String, String)> {
        let values = self.0.iter().filter_map(|each| {
            let value = each.developers.get(&developer).or(each.others.as_ref())?;
            Some((each.parameter.name().to_owned(), value.clone()))
        });
        values.collect()
    }
}

/// The parameters that say whether a developer has a fork, and which.
#[derive(Debug)]
pub(crate) struct ForkParameters {
    repository: ParameterRef,
    connection: ParameterRef,
    branch: ParameterRef,
    branch_pattern: ParameterRef,
}

impl ForkParameters {
    /// What they are for one fork.
    pub(crate) fn values(&self, fork: &Fork) -> Vec<(String, String)> {
        let branch = fork.branch.as_ref().map(BranchName::as_str);
        let given = [
            (&self.repository, Some(fork.repository.to_string())),
            (&self.connection, Some(fork.connection.arn().to_owned())),
            (&self.branch, branch.map(ToOwned::to_owned)),
            (&self.branch_pattern, branch.map(webhook::branch_pattern)),
        ];
        given
            .into_iter()
            .filter_map(|(parameter, value)| Some((parameter.name().to_owned(), value?)))
            .collect()
    }
}

pub(crate) fn add(
    team: &Team,
    names: &Names,
    definition: &Definition,
    account: &DeveloperAccount,
) -> (Stack, Option<ForkParameters>, OwnValues) {
    let service = &definition.service.name;
    let mut stack = Stack::new(
        StackKey::of("developer-service", service),
        format!("{}: delivers {service} to a developer's own account", names.team),
    );
    let fork = add_fork(&mut stack, team, names, definition, account);

    let (own, values) = add_own_values(&mut stack, definition);

    let target = Target {
        place: Place::OfStack,
        store: &account.store,
        pipelines: Place::OfStack,
    };
    let roles = roles::add(&mut stack, names, definition, &target);
    let delivery = Delivery {
        place: Place::OfStack,
        source: &account.bucket,
        home: &account.store,
        undelivered: &account.undelivered,
        abroad: Vec::new(),
        stages: vec![Stage {
            name: "Deploy".to_owned(),
            approval: None,
            deployments: vec![Deployment {
                label: "own".to_owned(),
                environment: None,
                region: None,
                values: &values,
                store: &account.store,
                roles: &roles,
            }],
        }],
    };
    pipeline::add(&mut stack, names, definition, &delivery);
    (stack, fork, own)
}

/// A parameter for each value that some developer has of their own.
fn add_own_values(stack: &mut Stack, definition: &Definition) -> (OwnValues, DeployedValues) {
    let (mut own, mut deployed) = (Vec::new(), DeployedValues::default());
    for each in &definition.stacks {
        for given in &each.overrides {
            let Override::Value { parameter, value } = &given.given else {
                continue;
            };
            if value.developers.is_empty() {
                continue;
            }
            // Of no other value, and of nothing else in the template.
            let name = OwnValues::parameter_name(&each.name, parameter);
            let described = format!("{}{parameter} of stack {}", OWN_VALUE.1, each.name);
            let described =
                Parameter::string(described).default_value(value.of_developers().unwrap_or_default());
            let reference = stack.parameter(&name, described);
            deployed.differs(&each.name, parameter, reference.clone());
            own.push(OwnValue {
                parameter: reference,
                developers: value
                    .developers
                    .iter()
                    .map(|(name, said)| (*name, said.value.clone()))
                    .collect(),
                others: value.of_developers().map(ToOwned::to_owned),
            });
        }
    }
    (OwnValues(own), deployed)
}

/// The build of a fork puts its artifacts where upstream's would arrive.
fn add_fork(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    definition: &Definition,
    account: &DeveloperAccount,
) -> Option<ForkParameters> {
    let build = definition.build()?;
    let repository = Parameter::string("The developer's own repository, owner/name; empty for none");
    let repository = stack.parameter(FORK_REPOSITORY, repository.default_value(""));
    // Of nobody: an ARN, because it stands where one must.
    let none = Arn::regional(
        Connection::SERVICE,
        team.world.build.region,
        AccountId::new("000000000000"),
        "connection/none",
    );
    let connection = Parameter::string("The connection that reads it");
    let connection = stack.parameter("ForkConnection", connection.default_value(none));
    let upstream = build.repository.branch.as_str();
    let branch = Parameter::string("The branch of it that is delivered");
    let branch = stack.parameter("ForkBranch", branch.default_value(upstream));
    let branch_pattern = Parameter::string("The same as a regular expression");
    let branch_pattern = branch_pattern.default_value(webhook::branch_pattern(upstream));
    let branch_pattern = stack.parameter("ForkBranchPattern", branch_pattern);
    let forked = stack.condition("Forked", Condition::differ(repository.value(), ""));
    let builds = Builds {
        definition,
        build,
        place: Place::OfStack,
        repository: text![
            build.repository.connection.provider().base_url(),
            repository.value(),
            ".git"
        ],
        fork_branch: Some(ForkBranch {
            name: branch.value(),
            pattern: branch_pattern.value(),
        }),
        connection: connection.value(),
        // The team's check lets no others through.
        connection_service: Connection::SERVICE,
        bucket: &account.bucket,
        key: &account.key,
        only_if: Some(&forked),
    };
    project::add_delivery(stack, names, &builds);
    Some(ForkParameters {
        repository,
        connection,
        branch,
        branch_pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::{OwnValues, stands_for};

    #[test]
    fn a_parameter_with_a_made_up_name_says_what_it_stands_for() {
        let name = OwnValues::parameter_name("orders", "Vpc");
        let described = "Parameter Vpc of stack orders";
        assert_eq!(stands_for(&name, described), Some("Vpc of stack orders"));
        assert_eq!(stands_for("ValueOfAll", described), None);
        assert_eq!(
            stands_for("ForkBranch", "The branch of it that is delivered"),
            None
        );
    }
}
