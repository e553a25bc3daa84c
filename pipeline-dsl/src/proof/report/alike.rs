//! Answers that have one cause: what one line of the program grants, in many accounts and regions.

use super::proved::{Proved, describe, name};
use crate::diagnostic::SourceLocation;
use crate::policy::Request;
use crate::proof::hop::{Declared, Expectation, Grantee};
use crate::proof::policies::decision::{Answer, Step};

/// How many of a list are said by name.
const SAID: usize = 3;

/// Some answers of one cause, at least one.
pub(in crate::proof) struct Alike<'a> {
    pub(in crate::proof) first: &'a Proved,
    others: Vec<&'a Proved>,
}

/// What makes two answers one: the line of the program, and what it grants there.
#[derive(PartialEq, Eq)]
struct Cause<'a> {
    location: SourceLocation,
    what: &'a str,
    policy: Option<&'static str>,
    /// Whether it is another account that has to see to it.
    elsewhere: bool,
}

fn cause(proved: &Proved) -> Option<Cause<'_>> {
    let hop = &proved.hop;
    let policy = |step: &Step| matches!(step.answer, Answer::Lacks | Answer::Refuses | Answer::Assumed);
    match (&hop.declared, hop.expectation) {
        (Some(declared), _) => Some(Cause {
            location: declared.location,
            what: &declared.resource,
            policy: proved
                .decision
                .steps
                .iter()
                .find(|step| policy(step))
                .map(|step| step.kind),
            elsewhere: proved.decision.assumed().is_some() && is_elsewhere(&hop.request),
        }),
        (None, Expectation::Denied) => Some(Cause {
            location: proved.location()?,
            what: &hop.purpose,
            policy: None,
            elsewhere: false,
        }),
        (None, Expectation::Allowed) => None,
    }
}

/// Whether the resource is in another account than whoever asks for it.
pub(in crate::proof) fn is_elsewhere(request: &Request) -> bool {
    request.resource.split(':').nth(4) != request.requester.account()
}

/// Puts together those of one cause, in the order in which each cause is met first.
pub(in crate::proof) fn alike<'a>(all: impl Iterator<Item = &'a Proved>) -> Vec<Alike<'a>> {
    let mut found: Vec<(Option<Cause<'a>>, Alike<'a>)> = Vec::new();
    for proved in all {
        let cause = cause(proved);
        let same = found
            .iter_mut()
            .find(|(other, _)| cause.is_some() && *other == cause);
        match same {
            Some((_, alike)) => alike.others.push(proved),
            None => found.push((cause, Alike::alone(proved))),
        }
    }
    found.into_iter().map(|(_, alike)| alike).collect()
}

impl<'a> Alike<'a> {
    pub(in crate::proof) fn alone(first: &'a Proved) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }

    pub(in crate::proof) fn all(&self) -> impl Iterator<Item = &'a Proved> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// Each once, in the order of the requests.
    pub(in crate::proof) fn each<T: PartialEq>(&self, of: impl Fn(&'a Proved) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for item in self.all().filter_map(of) {
            if !found.contains(&item) {
                found.push(item);
            }
        }
        found
    }

    /// `s3:CreateBucket`, `s3:PutBucketPolicy`.
    pub(in crate::proof) fn actions(&self) -> Vec<&'a str> {
        self.each(|proved| Some(proved.hop.request.action.as_str()))
    }

    /// What is asked for, as the program writes it where it does.
    pub(in crate::proof) fn resources(&self) -> Vec<&'a str> {
        self.each(|proved| {
            let hop = &proved.hop;
            let written = hop.declared.as_ref().map(|declared| declared.resource.as_str());
            Some(written.unwrap_or(&hop.request.resource))
        })
    }

    /// The accounts, with the regions where they are known.
    pub(in crate::proof) fn places(&self) -> Vec<&'a str> {
        self.each(|proved| {
            let hop = &proved.hop;
            let declared = hop.declared.as_ref().map(|declared| declared.place.as_str());
            declared.or_else(|| hop.request.requester.account())
        })
    }

    /// Who asks.
    pub(in crate::proof) fn who(&self) -> String {
        let hop = &self.first.hop;
        match (&hop.declared, &hop.request.requester) {
            (Some(declared), _) => self.grantees(declared),
            (None, requester) if self.places().len() < 2 => describe(requester),
            (None, requester) => name(requester),
        }
    }

    /// One line may grant the same to several services.
    fn grantees(&self, declared: &Declared) -> String {
        let services = self.each(|proved| Some(proved.hop.declared.as_ref()?.service.as_str()));
        let noun = if services.len() == 1 {
            "service"
        } else {
            "services"
        };
        let services = some_of(&services);
        match declared.grantee {
            Grantee::DeploymentRole(_) => format!("the deployment of {noun} {services}"),
            Grantee::ActionRole(_) => format!("the change sets of {noun} {services}"),
            Grantee::BuildRole(_) => format!("the build of {noun} {services}"),
            Grantee::RolesOfStacks(_) => format!("a role of {noun} {services}"),
        }
    }

    /// ` in 9 accounts and regions`, or nothing where it is one that is named already.
    pub(in crate::proof) fn scattered(&self) -> String {
        let declared = self.first.hop.declared.is_some();
        match (declared, self.places().as_slice()) {
            (_, []) | (false, [_]) => String::new(),
            (true, [place]) => format!(" in {place}"),
            (true, places) => format!(" in {} accounts and regions", places.len()),
            (false, places) => format!(" in {} accounts", places.len()),
        }
    }
}

/// `a`, `b`, `c` and 4 more.
pub(in crate::proof) fn some_of(items: &[&str]) -> String {
    let said: Vec<String> = items.iter().take(SAID).map(|item| format!("`{item}`")).collect();
    let more = items.len().saturating_sub(SAID);
    match more {
        0 => said.join(", "),
        _ => format!("{} and {more} more", said.join(", ")),
    }
}
