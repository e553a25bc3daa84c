//! Statements that allow something only if AWS sends a condition key of which no page says that it is sent.

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::policy::{Effect, Evidence, Rule, ServiceCall};
use crate::proof::policies::evaluation::Policies;
use crate::proof::policies::policy::Policy;

/// A statement that depends on what nobody documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The policy, with its resource and stack.
    pub policy: String,
    /// The statement, by its `Sid`.
    pub statement: String,
    /// The call that the statement is to allow.
    pub call: ServiceCall,
    /// The condition key that nobody says is in that call.
    pub key: &'static str,
    /// What would be seen if the key were not sent.
    pub otherwise: &'static str,
    /// The team that asks for the key.
    pub location: SourceLocation,
}

pub(in crate::proof) fn of(policies: &Policies, team: SourceLocation) -> Vec<Assumption> {
    let rules = policies
        .all()
        .flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)));
    let mut found: Vec<Assumption> = rules
        .filter(|(_, rule)| rule.effect() == Effect::Allow)
        .flat_map(|(policy, rule)| of_rule(policy, rule, team))
        .collect();
    found.dedup();
    found
}

fn of_rule(policy: &Policy, rule: &Rule, team: SourceLocation) -> Vec<Assumption> {
    let services = rule.services();
    let calls = services.flat_map(|service| {
        let actions = rule.actions().unwrap_or_default().iter();
        actions.filter_map(move |action| ServiceCall::by_service(service, action))
    });
    let mut found = Vec::new();
    for call in calls {
        for sent in rule.required_keys().filter_map(|key| call.sent(key)) {
            if let Evidence::Assumed { otherwise } = sent.evidence {
                found.push(Assumption {
                    policy: format!("{} of {}", policy.kind, policy.label),
                    statement: rule.sid().to_owned(),
                    call,
                    key: sent.key,
                    otherwise,
                    location: team,
                });
            }
        }
    }
    found
}

/// One warning for each call and key, however many policies rely on it.
pub(in crate::proof) fn warnings(assumptions: &[Assumption]) -> Diagnostics {
    let mut by_key: IndexMap<(ServiceCall, &str), Vec<&Assumption>> = IndexMap::new();
    for assumption in assumptions {
        by_key
            .entry((assumption.call, assumption.key))
            .or_default()
            .push(assumption);
    }
    let mut warnings = Diagnostics::new();
    for ((call, key), relying) in by_key {
        let facts = call.facts();
        let message = format!(
            "no page of AWS says that `{key}` is sent when {} calls `{}`, and {} on it",
            facts.caller,
            facts.actions.join("`, `"),
            match relying.len() {
                1 => "a statement depends".to_owned(),
                count => format!("{count} statements depend"),
            }
        );
        let mut warning = Diagnostic::warning("proof::assumed-condition-key", message);
        for assumption in relying.iter().take(SHOWN) {
            warning = warning.note(format!(
                "{}, statement `{}`",
                assumption.policy, assumption.statement
            ));
        }
        if let Some(more) = relying.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            warning = warning.note(format!("and {more} more: `verify --json` lists them"));
        }
        if let Some(first) = relying.first() {
            warning = warning
                .at(first.location, "the build account of the team")
                .note(format!(
                    "if it is not sent, this is what you will see: {}",
                    first.otherwise
                ));
        }
        warnings.push(warning.help("take `.source_account_everywhere()` out, which asks for the key"));
    }
    warnings
}

/// So many policies are named in a warning.
const SHOWN: usize = 3;
