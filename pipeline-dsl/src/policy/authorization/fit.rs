//! Whether a statement can ever apply: AWS asks each action on resources of its own types, with condition keys of its own.

use std::fmt;

use super::{ActionFacts, actions, date};
use crate::policy::document::Effect;
use crate::policy::request::Request;
use crate::policy::rule::Rule;

/// Why a statement never applies to an action, or why a request is never made so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The action has no type of resource.
    #[error("`{action}` takes no resource: only `*` grants it, not `{resource}`")]
    TakesNone {
        /// `logs:DescribeLogGroups`
        action: String,
        /// The ARN that is named.
        resource: String,
    },
    /// The action is asked on resources of other types.
    #[error("`{action}` is not asked on `{resource}`, but on {}", Formats(takes))]
    TakesOthers {
        /// `sns:Publish`
        action: String,
        /// The ARN that is named.
        resource: String,
        /// The formats of the ARNs that it is asked on.
        takes: Vec<&'static str>,
    },
    /// No action of the statement is asked on the resource.
    #[error("none of {} is asked on `{resource}`", Names(actions))]
    OfNoAction {
        /// The actions of the statement.
        actions: Vec<String>,
        /// The ARN that is named.
        resource: String,
    },
    /// The action is never asked on `*`.
    #[error("`{action}` is asked on a resource, not on `*`: {}", Formats(takes))]
    NeedsResource {
        /// `sns:Publish`
        action: String,
        /// The formats of the ARNs that it is asked on.
        takes: Vec<&'static str>,
    },
    /// No request for the action has the condition key.
    #[error("`{action}` has no condition key `{key}`")]
    HasNoKey {
        /// `sqs:SendMessage`
        action: String,
        /// The key that is compared.
        key: String,
    },
}

impl Misfit {
    /// How to mend it.
    pub fn mend(&self) -> String {
        match self {
            Self::TakesNone { action, .. } => {
                format!("grant `{action}` in a statement of its own, on `*`")
            }
            Self::TakesOthers { action, takes, .. } => {
                format!(
                    "name what `{action}` is asked on, {}, or take it out",
                    Formats(takes)
                )
            }
            Self::OfNoAction { resource, .. } => {
                format!("take `{resource}` out, or name the actions that it is for")
            }
            Self::NeedsResource { takes, .. } => format!("ask on {}", Formats(takes)),
            Self::HasNoKey { key, .. } => {
                format!("leave the condition on `{key}` out for this action: it is never true")
            }
        }
    }

    /// What says so.
    pub fn page() -> String {
        format!(
            "AWS's service authorization reference, as of {}: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
            date()
        )
    }
}

/// Formats of ARNs, the first of them.
struct Formats<'a>(&'a [&'static str]);

impl fmt::Display for Formats<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 2;
        let shown: Vec<String> = self
            .0
            .iter()
            .take(SHOWN)
            .map(|format| format!("`{format}`"))
            .collect();
        formatter.write_str(&shown.join(" or "))?;
        match self.0.len().checked_sub(SHOWN) {
            Some(more @ 1..) => write!(formatter, " (or {more} others)"),
            _ => Ok(()),
        }
    }
}

struct Names<'a>(&'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.0.join("`, `"))
    }
}

/// What never applies in a statement with these actions and resources, either of which may have wildcards. An action that is
/// not in the table is passed over, and so are resources next to it.
pub fn of_grant<A: AsRef<str>, R: AsRef<str>>(named: &[A], resources: &[R]) -> Vec<Misfit> {
    let known: Vec<(&str, Vec<&'static ActionFacts>)> = named
        .iter()
        .map(|action| (action.as_ref(), actions(action.as_ref())))
        .collect();
    let mut found = Vec::new();
    let fits = |facts: &[&ActionFacts], resource: &str| facts.iter().any(|each| each.is_asked_on(resource));
    for (action, facts) in known.iter().filter(|(_, facts)| !facts.is_empty()) {
        let Some(resource) = resources.first().map(AsRef::as_ref) else {
            continue;
        };
        if resources.iter().any(|resource| fits(facts, resource.as_ref())) {
            continue;
        }
        found.push(not_asked_on(action, facts, resource));
    }
    let all_known = known.iter().all(|(_, facts)| !facts.is_empty());
    // What was told of an action is not told again of its resource.
    if all_known && !known.is_empty() && found.is_empty() {
        let unfit = resources
            .iter()
            .map(AsRef::as_ref)
            .filter(|resource| !known.iter().any(|(_, facts)| fits(facts, resource)));
        found.extend(unfit.map(|resource| Misfit::OfNoAction {
            actions: named.iter().map(|action| action.as_ref().to_owned()).collect(),
            resource: resource.to_owned(),
        }));
    }
    found
}

fn not_asked_on(action: &str, facts: &[&ActionFacts], resource: &str) -> Misfit {
    let action = written(action, facts);
    let takes = formats(facts);
    if takes.is_empty() {
        Misfit::TakesNone {
            action,
            resource: resource.to_owned(),
        }
    } else {
        Misfit::TakesOthers {
            action,
            resource: resource.to_owned(),
            takes,
        }
    }
}

/// The formats of all the ARNs that some of the actions are asked on.
fn formats(facts: &[&ActionFacts]) -> Vec<&'static str> {
    let taken = facts.iter().flat_map(|each| each.takes());
    let mut formats: Vec<&str> = taken.map(|taken| taken.r#type.arn).collect();
    formats.sort_unstable();
    formats.dedup();
    formats
}

/// What never applies in a statement of a policy.
pub fn of_statement(rule: &Rule) -> Vec<Misfit> {
    let Some(named) = rule.actions() else {
        return Vec::new();
    };
    // Those of AWS's own accounts and of a whole account stand for everything.
    let named: Vec<&str> = named
        .iter()
        .map(String::as_str)
        .filter(|action| *action != "*")
        .collect();
    let mut found = of_grant(&named, &rule.resources());
    match rule.effect() {
        // Each action that lacks the key is never allowed.
        Effect::Allow => {
            for action in &named {
                let facts = actions(action);
                for key in rule.required_keys().filter(|_| !facts.is_empty()) {
                    if !facts.iter().any(|each| each.has_key(key)) {
                        found.push(no_key(action, &facts, key));
                    }
                }
            }
        }
        // One that lacks it is not meant.
        Effect::Deny => {
            let all: Vec<&ActionFacts> = named.iter().flat_map(|action| actions(action)).collect();
            for key in rule.required_keys().filter(|_| !all.is_empty()) {
                if let (false, Some(action)) = (all.iter().any(|each| each.has_key(key)), named.first()) {
                    found.push(no_key(action, &all, key));
                }
            }
        }
    }
    found
}

fn no_key(action: &str, facts: &[&ActionFacts], key: &str) -> Misfit {
    Misfit::HasNoKey {
        action: written(action, facts),
        key: key.to_owned(),
    }
}

/// An action as AWS writes it; a pattern as it was written.
fn written(action: &str, facts: &[&ActionFacts]) -> String {
    match facts {
        [one] => format!("{}:{}", one.service(), one.name()),
        _ => action.to_owned(),
    }
}

/// Why AWS never asks this.
pub fn of_request(request: &Request) -> Vec<Misfit> {
    let Some(facts) = super::action(&request.action) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if request.resource == "*" {
        if facts.needs_resource() {
            found.push(Misfit::NeedsResource {
                action: request.action.clone(),
                takes: formats(&[facts]),
            });
        }
    } else if !facts.is_asked_on(&request.resource) {
        found.push(not_asked_on(&request.action, &[facts], &request.resource));
    }
    for key in request.context.keys().filter(|key| !facts.has_key(key)) {
        found.push(Misfit::HasNoKey {
            action: request.action.clone(),
            key: key.clone(),
        });
    }
    found
}
