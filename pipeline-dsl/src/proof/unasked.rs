//! Statements that never apply, and requests that AWS never makes: on a resource of no type that the action takes, or with a
//! condition key that it does not have. What they prove is nothing.

use indexmap::IndexMap;

use super::hop::Hop;
use super::least_privilege::Waivers;
use super::policies::{Policies, Policy};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::policy::Rule;
use crate::policy::authorization::{Misfit, of_request, of_statement};

/// A statement that never applies to an action, or a request that AWS never makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unasked {
    /// Where it is.
    pub place: UnaskedPlace,
    /// Why.
    pub misfit: Misfit,
    /// How many others are the same but for their account, region or names.
    pub alike: usize,
}

/// Where something is that AWS never asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnaskedPlace {
    /// In a statement.
    Statement {
        /// The policy, with its resource and stack.
        policy: String,
        /// The statement, by its `Sid`.
        statement: String,
    },
    /// In a request of the proof's own.
    Request {
        /// The request, by its id.
        id: String,
        /// Why it is made.
        purpose: String,
    },
}

/// What is so in all policies and all requests. What the program waives, it has been told of.
pub(super) fn of(policies: &Policies, waivers: &Waivers, hops: &[Hop]) -> Vec<Unasked> {
    let mut found: IndexMap<String, Unasked> = IndexMap::new();
    let mut add = |key: String, place: &dyn Fn() -> UnaskedPlace, misfit: Misfit| {
        let add = || Unasked {
            place: place(),
            misfit,
            alike: 0,
        };
        match found.entry(key) {
            indexmap::map::Entry::Occupied(mut same) => same.get_mut().alike += 1,
            indexmap::map::Entry::Vacant(first) => {
                first.insert(add());
            }
        }
    };
    let rules = policies
        .all()
        .flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)));
    for (policy, rule) in rules.filter(|(policy, rule)| !is_waived(policy, rule, waivers)) {
        for misfit in of_statement(rule) {
            let key = format!("{} {} {}", policy.resource, rule.sid(), what(&misfit));
            let place = || UnaskedPlace::Statement {
                policy: format!("{} of {}", policy.kind, policy.label),
                statement: rule.sid().to_owned(),
            };
            add(key, &place, misfit);
        }
    }
    for hop in hops {
        for misfit in of_request(&hop.request) {
            let place = || UnaskedPlace::Request {
                id: hop.id.clone(),
                purpose: hop.purpose.clone(),
            };
            add(what(&misfit), &place, misfit);
        }
    }
    found.into_values().collect()
}

fn is_waived(policy: &Policy, rule: &Rule, waivers: &Waivers) -> bool {
    waivers.contains_key(&(policy.resource.clone(), rule.sid().to_owned()))
}

/// What is wrong, without the resource.
fn what(misfit: &Misfit) -> String {
    match misfit {
        Misfit::TakesNone { action, .. }
        | Misfit::TakesOthers { action, .. }
        | Misfit::NeedsResource { action, .. } => action.clone(),
        Misfit::OfNoAction { actions, .. } => actions.join(" "),
        Misfit::HasNoKey { action, key } => format!("{action} {key}"),
    }
}

/// An error for each of them.
pub(super) fn diagnostics(unasked: &[Unasked]) -> Diagnostics {
    let mut found = Diagnostics::new();
    for Unasked { place, misfit, alike } in unasked {
        let diagnostic = match place {
            UnaskedPlace::Statement { policy, statement } => Diagnostic::new(
                "proof::never-applies",
                format!("statement `{statement}` grants or refuses less than it says: {misfit}"),
            )
            .note(policy.clone()),
            UnaskedPlace::Request { id, purpose } => Diagnostic::new(
                "proof::never-asked",
                format!("request {id} proves nothing, because AWS never makes it: {misfit}"),
            )
            .note(purpose.clone()),
        };
        let diagnostic = match alike {
            0 => diagnostic,
            more => diagnostic.note(format!("and {more} more like it")),
        };
        found.push(diagnostic.note(Misfit::page()).help(misfit.mend()));
    }
    found
}
