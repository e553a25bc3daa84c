//! Statements that never apply, and requests that AWS never makes: on a resource of no type that the action takes, or with a
//! condition key that it does not have. What they prove is nothing.

use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::policy::Rule;
use crate::policy::authorization::{Misfit, of_request, of_statement};
use crate::proof::hop::Hop;
use crate::proof::policies::evaluation::Policies;
use crate::proof::policies::policy::Policy;

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

/// Those that are found, by what is the same of those that are alike.
#[derive(Default)]
struct Found(IndexMap<String, Unasked>);

impl Found {
    fn add(&mut self, alike: String, misfit: Misfit, place: impl FnOnce() -> UnaskedPlace) {
        match self.0.entry(alike) {
            Entry::Occupied(mut first) => first.get_mut().alike += 1,
            Entry::Vacant(first) => {
                first.insert(Unasked {
                    place: place(),
                    misfit,
                    alike: 0,
                });
            }
        }
    }

    fn into_vec(self) -> Vec<Unasked> {
        self.0.into_values().collect()
    }
}

/// The statements of our own policies that never apply. Of what the program grants, it was told when the team was built.
pub(in crate::proof) fn statements(policies: &Policies) -> Vec<Unasked> {
    let mut found = Found::default();
    let rules = policies
        .all()
        .flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)));
    for (policy, rule) in rules.filter(|(policy, rule)| !is_declared(policies, policy, rule)) {
        for misfit in of_statement(rule) {
            let key = format!("{} {} {}", policy.resource, rule.sid(), what(&misfit));
            found.add(key, misfit, || UnaskedPlace::Statement {
                policy: format!("{} of {}", policy.kind, policy.label),
                statement: rule.sid().to_owned(),
            });
        }
    }
    found.into_vec()
}

/// The requests of the proof that AWS never makes.
#[derive(Default)]
pub(in crate::proof) struct Requests(Found);

impl Requests {
    pub(in crate::proof) fn look_at(&mut self, hop: &Hop) {
        for misfit in of_request(&hop.request) {
            self.0.add(what(&misfit), misfit, || UnaskedPlace::Request {
                id: hop.id.clone(),
                purpose: hop.purpose.clone(),
            });
        }
    }

    pub(in crate::proof) fn into_vec(self) -> Vec<Unasked> {
        self.0.into_vec()
    }
}

fn is_declared(policies: &Policies, policy: &Policy, rule: &Rule) -> bool {
    let declarations = policies.declarations();
    declarations
        .of_statement(policy.service, &policy.resource, rule.sid())
        .is_some()
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
pub(in crate::proof) fn diagnostics(unasked: &[Unasked]) -> Diagnostics {
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
