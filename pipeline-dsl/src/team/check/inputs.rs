//! What builds and stacks are given, and AWS takes for something else than is meant.

use super::lints::unless_meant;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::build::code_build::CodeBuild;
use crate::team::build::pull_requests::ApproverRole;
use crate::team::build::variable::VariableValue;
use crate::team::pipeline::Definition;
use crate::team::stack::{Override, StackDefinition};
use crate::team::world::Team;

/// The variables that AWS's tools take credentials from, before they ask for those of the build's role.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>
const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    for pipeline in &team.pipelines {
        for build in &pipeline.builds {
            credentials(pipeline, build, found);
            search_path(pipeline, build, found);
            found.extend(approvers(build));
        }
        for stack in &pipeline.stacks {
            values(stack, found);
            plain_secrets(stack, found);
            values_of_other_accounts(team, stack, found);
            configurations(stack, found);
        }
    }
}

/// Keys of AWS among the variables: everybody could read them who sees the template.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>
fn credentials(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    for variable in &build.variables {
        let name = variable.name.as_str();
        let VariableValue::Plain(value) = &variable.value else {
            continue;
        };
        // A key by its form is told as such.
        if CREDENTIALS.contains(&name) && !value.starts_with("AKIA") && !value.starts_with("ASIA") {
            found.push(
                Diagnostic::new(
                    "team::credentials",
                    format!(
                        "variable `{name}` of the build of service `{}` takes the place of the credentials of the build's role, and everybody \
                         could read it who sees the template",
                        pipeline.service.name
                    ),
                )
                .at_literal(variable.location, name, "this variable")
                .help(
                    "take it out, and say what the build may do: `.permissions(Permissions::new().allow([\"s3:GetObject\"], [\"arn:…\"]))`",
                ),
            );
        }
    }
}

/// A variable in which another one is only text: CodeBuild hands it to the shell as it stands, and no command would be found.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>
fn search_path(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    for variable in &build.variables {
        let VariableValue::Plain(value) = &variable.value else {
            continue;
        };
        let itself = [format!("${}", variable.name), format!("${{{}}}", variable.name)];
        if itself.iter().any(|text| value.contains(text.as_str())) {
            let warning = Diagnostic::warning(
                "team::variable-of-itself",
                format!(
                    "variable `{}` of the build of service `{}` is `{value}` letter by letter: nothing is put in for what it was before",
                    variable.name, pipeline.service.name
                ),
            )
            .at_literal(variable.location, value.as_str(), "this value");
            found.push(unless_meant(
                warning,
                &format!("set it in the buildspec: `export {}=\"{value}\"`", variable.name),
            ));
        }
    }
}

/// What is called a password, and stands in the template for everybody to read.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn plain_secrets(stack: &StackDefinition, found: &mut Diagnostics) {
    for each in &stack.overrides {
        let Override::Value { parameter, value } = &each.given else {
            continue;
        };
        let name = parameter.to_ascii_lowercase();
        let is_secret = ["password", "passwd", "secretkey", "apikey", "apitoken"]
            .iter()
            .any(|word| name.ends_with(word));
        let said = value.all().find(|said| !said.value.is_empty());
        if let (true, Some(said)) = (is_secret, said) {
            let warning = Diagnostic::warning(
                "team::plain-secret",
                format!(
                    "parameter `{parameter}` of stack `{}` is a secret by its name, and everybody can read its value who sees the pipeline",
                    stack.name
                ),
            )
            .at(said.location.unwrap_or(each.location), "given here");
            found.push(unless_meant(
                warning,
                "take it out here, and let the template ask Secrets Manager: `{{resolve:secretsmanager:NAME}}`",
            ));
        }
    }
}

/// Values of an environment that name the account of another one.
fn values_of_other_accounts(team: &Team, stack: &StackDefinition, found: &mut Diagnostics) {
    for each in &stack.overrides {
        let Override::Value { parameter, value } = &each.given else {
            continue;
        };
        for (name, said) in &value.environments {
            let environments = &team.world.environments;
            let own = environments.iter().find(|environment| environment.name == *name);
            let is_own = |account: &str| own.is_none_or(|own| own.account.as_str() == account);
            let named = said
                .value
                .strip_prefix("arn:")
                .and_then(|arn| arn.split(':').nth(3))
                .filter(|account| !is_own(account));
            let other = named.and_then(|account| {
                environments
                    .iter()
                    .find(|environment| environment.account.as_str() == account)
            });
            if let Some(other) = other {
                let warning = Diagnostic::warning(
                    "team::value-of-another-account",
                    format!(
                        "parameter `{parameter}` of stack `{}` is in environment `{name}` something of account `{}`, which is that of `{}`",
                        stack.name, other.account, other.name
                    ),
                )
                .at_literal(said.location.unwrap_or(each.location), said.value.as_str(), "this value");
                found.push(unless_meant(
                    warning,
                    &format!("write the one of environment `{name}`"),
                ));
            }
        }
    }
}

/// Those who may start the build of a pull request without being able to push.
fn approvers(build: &CodeBuild) -> Option<Diagnostic> {
    let (roles, location) = build.pull_requests.approver_roles.as_ref()?;
    let provider = build.repository.connection.provider();
    let writers = ApproverRole::writers(provider);
    let reads = roles
        .iter()
        .find(|role| role.provider() == provider && !writers.contains(role))?;
    let writers: Vec<String> = writers
        .iter()
        .map(|role| format!("`ApproverRole::{role:?}`"))
        .collect();
    let warning = Diagnostic::warning(
        "team::approver-without-push",
        format!(
            "who has role `{}` in `{}` cannot push to it, and may have any pull request built",
            reads.as_str(),
            build.repository.name
        ),
    )
    .at(location, "these roles");
    let help = format!("name roles that can push: {}", writers.join(", "));
    Some(unless_meant(warning, &help))
}

/// Values in which a pseudo parameter is only text: CloudFormation replaces it in templates alone.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
fn values(stack: &StackDefinition, found: &mut Diagnostics) {
    for each in &stack.overrides {
        let Override::Value { parameter, value } = &each.given else {
            continue;
        };
        if let Some(said) = value.all().find(|said| said.value.contains("${AWS::")) {
            let value = &said.value;
            let warning = Diagnostic::warning(
                "team::value-with-pseudo-parameter",
                format!(
                    "parameter `{parameter}` of stack `{}` is `{value}` as it stands: CloudFormation replaces nothing in the value of a parameter",
                    stack.name
                ),
            )
            .at(said.location.unwrap_or(each.location), "given here");
            found.push(unless_meant(
                warning,
                &format!("take it out here, and write it in the template: `!Sub {value}`"),
            ));
        }
    }
}

/// A template configuration is JSON.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html>
fn configurations(stack: &StackDefinition, found: &mut Diagnostics) {
    let of_environments = stack.configurations.iter().map(|(_, file)| file);
    for file in stack.configuration.iter().chain(of_environments) {
        let path = file.path.as_str();
        let (name, extension) = path.rsplit_once('.').unwrap_or((path, ""));
        if !extension.eq_ignore_ascii_case("json") {
            let warning = Diagnostic::warning(
                "team::configuration-format",
                format!(
                    "the configuration of stack `{}` is `{path}`: CodePipeline reads nothing but JSON",
                    stack.name
                ),
            )
            .at(file.location, "this file");
            found.push(unless_meant(
                warning,
                &format!("write it as JSON, such as `{name}.json`"),
            ));
        }
    }
}
