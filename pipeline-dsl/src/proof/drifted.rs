//! What follows where something that stands is not what the templates say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::deployed::resource::{Resource, Unreadable, with_statement};
use super::deployed::shapes::Representatives;
use super::deployed::stacks::Deployed;
use super::hop::{Expectation, Hop};
use super::policies::evaluation::Policies;
use super::report::proof::Proof;
use super::report::proved::Proved;
use crate::cloudformation::ResourceKind;
use crate::diagnostic::Diagnostics;
use crate::proof::{forbidden, hops};
use crate::synth::{Assembly, StackId};
use crate::team::Team;

/// A resource of a stack, by its name in the template.
pub type ResourcePlace = (StackId, String);

/// A resource that is not what its template says.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// Which.
    pub place: ResourcePlace,
    /// What it is instead.
    pub becomes: Becomes,
}

/// What a resource is instead of what its template says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Becomes {
    /// It has these properties.
    Properties(Value),
    /// Its policy is this one.
    Policy(Value),
    /// It is gone.
    Gone,
}

/// What comes of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Consequences {
    /// Every request, answered by what stands.
    proof: Proof,
    /// How many that should be allowed are allowed, by what they are for; none of those with one that is not.
    passed: BTreeMap<String, usize>,
    /// What is asked no more, because what it begins or ends with is gone.
    pub unreached: BTreeSet<String>,
}

/// The requests of a team in which some resources are not what the templates say.
///
/// `keys` are the ids of the KMS keys that stand: in the templates they have none yet.
///
/// # Errors
/// When a template or a policy cannot be read.
pub fn consequences(
    team: &Team,
    assembly: &Assembly,
    drifts: &[Drift],
    keys: &BTreeMap<ResourcePlace, String>,
) -> Result<Consequences, Unreadable> {
    let mut representatives = Representatives::of(assembly);
    for stack in assembly.stacks() {
        if drifts.iter().any(|drift| drift.place.0 == stack.id) {
            representatives.developers.extend(stack.developer);
            representatives.services.extend(stack.service);
        }
    }
    let written = Deployed::of(team, assembly, &representatives)?;
    let mut found = Consequences {
        proof: Proof::empty(),
        passed: BTreeMap::new(),
        unreached: BTreeSet::new(),
    };
    let Some(standing) = standing(team, &written, drifts, keys) else {
        let policies = Policies::of(&written)?;
        answer(team, &written, &policies, &mut |proved| found.count(proved));
        return Ok(found);
    };
    let policies = Policies::of(&standing)?;
    let mut asked = BTreeSet::new();
    answer(team, &standing, &policies, &mut |proved| {
        asked.insert(what_for(&proved.hop));
        found.count(proved);
    });
    hops::each(team, &written, &mut |hop| {
        let what_for = what_for(&hop);
        if !asked.contains(&what_for) {
            found.unreached.insert(what_for);
        }
    });
    Ok(found)
}

/// What a request is for, which is the same with and without other requests.
fn what_for(hop: &Hop) -> String {
    format!("{}: {}", hop.serves, hop.purpose)
}

impl Consequences {
    fn count(&mut self, proved: Proved) {
        self.proof.count(&proved);
        if proved.hop.expectation == Expectation::Allowed {
            *self.passed.entry(what_for(&proved.hop)).or_default() += 1;
        }
        self.proof.keep(proved);
    }

    /// What moves: what every request that it takes is allowed for, with their number.
    pub fn passed(&self) -> BTreeMap<String, usize> {
        let mut passed = self.passed.clone();
        for proved in &self.proof.broken {
            passed.remove(&what_for(&proved.hop));
        }
        passed
    }

    /// How many requests are answered as they should be.
    pub fn right(&self) -> usize {
        (self.proof.allowed + self.proof.denied).saturating_sub(self.proof.broken.len())
    }

    /// Whether all are.
    pub fn holds(&self) -> bool {
        self.proof.broken.is_empty()
    }

    /// Those that are not.
    pub fn diagnostics(&self) -> Diagnostics {
        self.proof.diagnostics()
    }
}

fn answer(team: &Team, deployed: &Deployed, policies: &Policies, tell: &mut dyn FnMut(Proved)) {
    let mut each = |hop| {
        let decision = policies.decide_hop(&hop);
        tell(Proved { hop, decision });
    };
    hops::each(team, deployed, &mut each);
    forbidden::each(team, deployed, &mut each);
}

/// What was written, with what is otherwise; none, where nothing is.
fn standing(
    team: &Team,
    written: &Deployed,
    drifts: &[Drift],
    keys: &BTreeMap<ResourcePlace, String>,
) -> Option<Deployed> {
    if drifts.is_empty() {
        return None;
    }
    let place = |resource: &Resource| {
        (
            StackId::from(resource.stack.as_str()),
            resource.logical_id.clone(),
        )
    };
    // What the templates call a key, by the id that it has.
    let names: Vec<(&String, String)> = written
        .of_kind_with_admitted(ResourceKind::Key)
        .filter_map(|key| Some((keys.get(&place(key))?, key.identity.reference.clone())))
        .collect();
    let translated = |properties: &Value| {
        let text = properties.to_string();
        let text = names
            .iter()
            .fold(text, |text, (id, name)| text.replace(*id, name));
        serde_json::from_str(&text).unwrap_or_else(|_| properties.clone())
    };
    let by_place: BTreeMap<&ResourcePlace, &Drift> =
        drifts.iter().map(|drift| (&drift.place, drift)).collect();
    let changed = |resources: &[Resource]| -> Vec<Resource> {
        let changed = resources.iter().filter_map(|resource| {
            let Some(drift) = by_place.get(&place(resource)) else {
                return Some(resource.clone());
            };
            let mut resource = resource.clone();
            let properties = match &drift.becomes {
                Becomes::Properties(properties) => translated(properties),
                Becomes::Policy(policy) => {
                    let mut properties = (*resource.properties).clone();
                    if let Some(properties) = properties.as_object_mut() {
                        properties.insert("PolicyDocument".to_owned(), translated(policy));
                    }
                    properties
                }
                Becomes::Gone => return None,
            };
            let function = |name: &str| {
                let mut functions = written.of_kind(ResourceKind::Function);
                let function =
                    functions.find(|each| each.stack == resource.stack && each.identity.reference == name)?;
                Some(function.identity.arn.clone())
            };
            resource.properties = with_statement(resource.kind, Arc::new(properties), function);
            // Of an action that is none of ours nothing follows that is known; that it is there is told as a change.
            let as_written = resource.clone();
            Some(resource.reading_pipeline().unwrap_or(as_written))
        });
        changed.collect()
    };
    let resources = changed(&written.resources);
    let admitted = changed(&written.admitted);
    Some(Deployed::with(team, written.build_account, resources, admitted))
}
