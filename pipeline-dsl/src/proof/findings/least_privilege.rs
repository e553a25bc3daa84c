//! Statements that allow more than anybody needs.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>

use serde_json::Value;

use crate::diagnostic::SourceLocation;
use crate::policy::{Effect, Evidence, Rule, ServiceCall, authorization};
use crate::proof::deployed::declarations::Declaration;
use crate::proof::policies::evaluation::Policies;
use crate::proof::policies::policy::Policy;

/// What a key is told for which it decrypts: an object or a bucket, a secret, a parameter.
const KEPT_WITH_KEY: [&str; 3] = [
    "kms:EncryptionContext:aws:s3:arn",
    "kms:EncryptionContext:SecretARN",
    "kms:EncryptionContext:PARAMETER_ARN",
];

/// A statement that is wider than it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The policy, with its resource and stack.
    pub policy: String,
    /// The statement, by its `Sid`.
    pub statement: String,
    /// Where the program grants it, where it does.
    pub location: Option<SourceLocation>,
    /// What is too wide.
    pub message: String,
    /// Why the program says that it may be.
    pub waiver: Option<String>,
}

pub(in crate::proof) fn findings(policies: &Policies) -> Vec<Finding> {
    let mut found: Vec<Finding> = policies
        .all()
        .flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)))
        // What is assumed of whoever makes a role is nobody's policy.
        .filter(|(policy, rule)| rule.effect() == Effect::Allow && policy.kind != "own policy")
        .flat_map(|(policy, rule)| {
            let declaration =
                policies
                    .declarations()
                    .of_statement(policy.service, &policy.resource, rule.sid());
            let finding = move |message| Finding {
                policy: format!("{} of {}", policy.kind, policy.label),
                statement: rule.sid().to_owned(),
                location: declaration.map(|declaration| declaration.location),
                waiver: declaration.and_then(|declaration| declaration.waiver.clone()),
                message,
            };
            too_wide(policy, rule, declaration).into_iter().map(finding)
        })
        .collect();
    found.dedup();
    found
}

fn too_wide(policy: &Policy, rule: &Rule, declared: Option<&Declaration>) -> Vec<String> {
    let statement = rule.statement();
    let mut messages = Vec::new();
    for field in ["NotAction", "NotResource", "NotPrincipal"] {
        if statement.get(field).is_some() {
            messages.push(format!("`{field}` allows everything that it does not name"));
        }
    }
    let own_account = policy.kind == "key policy" && is_own_account(policy, statement);
    let actions = texts(statement.get("Action"));
    for action in &actions {
        if (*action == "*" || action.ends_with(":*")) && !own_account {
            messages.push(format!("`{action}` allows everything that the service can do"));
        }
    }
    let resources = texts(statement.get("Resource"));
    let has = |key: &str| condition_keys(statement).any(|present| present.eq_ignore_ascii_case(key));
    match policy.kind {
        "identity policy" | "permissions boundary" => {
            if resources.contains(&"*") && !actions.iter().all(|action| knows_no_resource(action)) {
                messages.push("`*` is every resource: name the ones it is for".to_owned());
            }
            let wide = |resource: &&str| **resource == *"*" || resource.ends_with("role/*");
            if actions.contains(&"sts:AssumeRole") && resources.iter().any(wide) {
                messages.push("any role can be assumed".to_owned());
            }
            // What a service's own roles may do is bounded, and whom they are for, they say themselves.
            let is_own = |declared: &Declaration, role: &str| {
                let mut own = declared.own_roles.iter();
                own.any(|own| role.contains(own.as_str()))
            };
            let of_its_own =
                declared.is_some_and(|declared| resources.iter().all(|role| is_own(declared, role)));
            if actions.contains(&"iam:PassRole")
                && !of_its_own
                && (resources.iter().any(wide) || !has("iam:PassedToService"))
            {
                messages.push("a role can be handed to any service".to_owned());
            } else if actions.contains(&"iam:PassRole") && declared.is_some() && !of_its_own {
                messages.push(format!(
                    "{} is handed on: what it may do is not for this program to say",
                    resources.join(", ")
                ));
            }
            // Where the program says that roles are named and bounded as usual, these statements are not declared.
            if declared.is_some() && of_its_own && actions.contains(&"iam:CreateRole") {
                messages.push(format!(
                    "{} may do whatever the templates of the service say, for they have no boundary",
                    resources.join(", ")
                ));
            }
            if declared.is_some() && of_its_own && actions.contains(&"iam:DeleteRole") {
                messages.push(format!(
                    "{} can be deleted and trusted to others, whoever has made them",
                    resources.join(", ")
                ));
            }
            let uses_key = actions
                .iter()
                .any(|action| ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"].contains(action));
            // A key of the service's own is its own affair; the team's keys are, by their policies, for their buckets alone.
            if uses_key
                && declared.is_none()
                && !(has("kms:ViaService") && KEPT_WITH_KEY.iter().any(|context| has(context)))
            {
                messages.push(
                    "a key can be used outside its bucket: condition `kms:ViaService` and the encryption context"
                        .to_owned(),
                );
            }
        }
        "trust policy" => {
            let service = statement
                .get("Principal")
                .and_then(|principal| principal.get("Service"));
            let service = service.and_then(Value::as_str).unwrap_or_default();
            let call = ServiceCall::by_service(service, "sts:AssumeRole");
            let lacks = |key: &str| call.and_then(|call| call.sent(key)).filter(|_| !has(key));
            if lacks("aws:SourceAccount").is_some() {
                messages.push(format!(
                    "`{service}` may assume it for anybody: condition `aws:SourceAccount`"
                ));
            }
            // Where nobody documents it, the account has to do.
            if lacks("aws:SourceArn").is_some_and(|sent| matches!(sent.evidence, Evidence::Documented { .. }))
            {
                messages.push(format!(
                    "any resource of `{service}` may assume it: condition `aws:SourceArn`"
                ));
            }
            let provider = statement
                .get("Principal")
                .and_then(|principal| principal.get("Federated"))
                .and_then(Value::as_str);
            if let Some(provider) = provider {
                let issuer = provider.rsplit('/').next().unwrap_or(provider);
                // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub
                for (claim, whose) in [("sub", "any job"), ("aud", "whomever it is for, a token")] {
                    let key = format!("{issuer}:{claim}");
                    if !has(&key) {
                        messages.push(format!("{whose} of `{issuer}` may assume it: condition `{key}`"));
                    }
                }
            } else if service.is_empty() && !has("aws:PrincipalArn") {
                messages.push("a whole account is trusted: condition `aws:PrincipalArn`".to_owned());
            }
        }
        _ => {
            if resources.contains(&"*") && policy.kind != "key policy" {
                messages.push("`*` is every resource: name the one the policy stands on".to_owned());
            }
            let anyone = statement
                .get("Principal")
                .is_some_and(|principal| *principal == "*");
            let narrowed = ["aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:SourceAccount"];
            if anyone && !narrowed.iter().any(|key| has(key)) {
                messages.push("anybody at all is allowed".to_owned());
            }
            if anyone && has("aws:PrincipalOrgID") && !has("aws:PrincipalOrgPaths") {
                messages.push("the whole organization is allowed".to_owned());
            }
            if anyone && !has("aws:PrincipalOrgID") && has("aws:PrincipalOrgPaths") {
                messages.push(
                    "the organization is known by a pattern alone: condition `aws:PrincipalOrgID`".to_owned(),
                );
            }
        }
    }
    messages
}

/// The account that a key is in may do everything with it; otherwise nobody could.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
fn is_own_account(policy: &Policy, statement: &Value) -> bool {
    let names = texts(
        statement
            .get("Principal")
            .and_then(|principal| principal.get("AWS")),
    );
    let root = format!("iam::{}:root", policy.account);
    !names.is_empty() && names.iter().all(|name| name.ends_with(&root))
}

/// Whether AWS asks an action, or each of those that a pattern stands for, on no resource at all.
fn knows_no_resource(action: &str) -> bool {
    let known = authorization::actions(action);
    !known.is_empty() && known.iter().all(|facts| facts.takes().is_empty())
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn condition_keys(statement: &Value) -> impl Iterator<Item = &String> {
    statement
        .get("Condition")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(_, keys)| keys.as_object())
        .flat_map(|keys| keys.keys())
}
