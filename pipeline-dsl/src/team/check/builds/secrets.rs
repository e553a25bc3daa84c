//! The names of secrets and parameters, and what a build is permitted beside.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::build::code_build::CodeBuild;
use crate::team::pipeline::Definition;

use crate::team::check::permissions;

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
const SECRET_NAME: usize = 512;
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html>
const PARAMETER_NAME: usize = 1_011;

pub(super) fn check(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    for secret in build.secrets() {
        let name = secret.name.as_str();
        let problem = if name.starts_with("arn:") {
            Some(("is an ARN".to_owned(), name_instead_of(name)))
        } else if let Some((name, key)) = name.split_once(':') {
            // As CodeBuild writes it in a buildspec: `name:key:version-stage:version-id`.
            // https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager
            let key = key.split(':').next().unwrap_or_default();
            let written = if key.is_empty() {
                format!("`Secret::named(\"{name}\")`")
            } else {
                format!("`Secret::named(\"{name}\").json_key(\"{key}\")`")
            };
            Some((
                "has the key of a JSON object behind it".to_owned(),
                format!("write {written}"),
            ))
        } else {
            let mend = format!("write letters, digits and `/_+=.@-`, at most {SECRET_NAME} of them");
            wrong_name(name, "/_+=.@-", SECRET_NAME).map(|problem| (problem, mend))
        };
        if let Some((problem, mend)) = problem {
            found.push(
                Diagnostic::new(
                    "team::secret-name",
                    format!("the secret's name `{name}` {problem}"),
                )
                .at(secret.location, "this secret")
                .help(mend),
            );
        }
        if let Some(key) = secret
            .json_key
            .as_deref()
            .filter(|key| key.is_empty() || key.contains(':'))
        {
            found.push(
                Diagnostic::new(
                    "team::secret-name",
                    format!("`{key}` is not a key of a JSON object that CodeBuild can read"),
                )
                .at(secret.location, "this secret")
                .help("name one key, without a colon: `.json_key(\"token\")`"),
            );
        }
    }
    for parameter in build.parameters() {
        let name = parameter.name.as_str();
        let problem = match kept_prefix(name) {
            _ if name.starts_with("arn:") => {
                let path = name
                    .split_once(":parameter/")
                    .map_or("acme/license", |(_, path)| path);
                let path = path.trim_start_matches('/');
                Some((
                    "is an ARN".to_owned(),
                    format!(
                        "write `SsmParameter::named(\"/{path}\")`: each account that builds has a parameter of that name"
                    ),
                ))
            }
            Some(kept) => Some((
                format!("begins with `{kept}`, which Parameter Store keeps for itself"),
                if kept == "aws" {
                    PUBLIC
                } else {
                    "choose another name, such as `/acme/license`"
                }
                .to_owned(),
            )),
            None if name.contains('/') && !name.starts_with('/') => Some((
                "is a path and does not begin with `/`".to_owned(),
                format!("write `/{name}`"),
            )),
            None => {
                let mend = format!("write letters, digits and `/_.-`, at most {PARAMETER_NAME} of them");
                wrong_name(name, "/_.-", PARAMETER_NAME).map(|problem| (problem, mend))
            }
        };
        if let Some((problem, mend)) = problem {
            found.push(
                Diagnostic::new(
                    "team::parameter-name",
                    format!("the parameter's name `{name}` {problem}"),
                )
                .at(parameter.location, "this parameter")
                .help(mend),
            );
        }
    }
    if let Some(granted) = &build.permissions {
        permissions::of_build(granted, pipeline.service.name, found);
    }
}

/// What is done about a parameter that AWS publishes.
const PUBLIC: &str = "choose another name; a public parameter of AWS is no secret: read it in the buildspec, with \
    `.permissions(Permissions::new().allow([\"ssm:GetParameter\"], [\"arn:${AWS::Partition}:ssm:*::parameter/aws/service/*\"]))`";

/// What to write instead of the ARN of a secret.
fn name_instead_of(arn: &str) -> String {
    let name = arn.rsplit(':').next().unwrap_or_default();
    // Secrets Manager puts `-` and six characters behind the name.
    let written = match name.rsplit_once('-') {
        Some((name, random)) if random.len() == 6 && !name.is_empty() => {
            format!("`Secret::named(\"{name}\")`")
        }
        _ => "its name".to_owned(),
    };
    format!("write {written}: each account that builds has a secret of that name")
}

/// What Parameter Store keeps for itself, where a name begins with it: a path with it as its first part.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html>
fn kept_prefix(name: &str) -> Option<&'static str> {
    let is_kept = |kept: &&str| match name.strip_prefix('/') {
        Some(path) => path
            .split('/')
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case(kept)),
        None => name
            .get(..kept.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(kept)),
    };
    ["aws", "ssm"].into_iter().find(is_kept)
}

/// What is wrong with a name of letters, digits and these.
fn wrong_name(name: &str, others: &str, longest: usize) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(c);
    if name.is_empty() {
        Some("is empty".to_owned())
    } else if name.len() > longest {
        Some(format!("has more than {longest} characters"))
    } else {
        let wrong = name.chars().find(|c| !is_allowed(*c))?;
        Some(format!("has `{wrong}` in it, which it cannot have"))
    }
}
