//! Why a stack is not as the program says.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::cloudformation::foreseen::Given;
use crate::deploy::run::places::{self, StackPlace};
use crate::deploy::stack::work::Work;
use crate::deploy::state::stack_state::StackState;
use crate::synth::{FORMER_PLACES, PLACES, StackId, TEMPLATE_DIGEST, stands_for};

/// Why a stack is changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Reason {
    /// It has another template.
    Template,
    /// It remembers other accounts and regions.
    Places(PlacesChange),
    /// A parameter has another value, comes or goes.
    Parameter(ParameterChange),
    /// A tag of the stack has another value.
    Tag(ValueChange),
}

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueChange {
    /// The name of a parameter or a tag.
    pub path: String,
    /// What it is, if there is anything.
    pub before: Option<String>,
    /// What it becomes, if there is to be anything; `${Parameter}` where that is known only afterwards.
    pub after: Option<String>,
}

/// A parameter that differs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParameterChange {
    /// What differs.
    #[serde(flatten)]
    pub value: ValueChange,
    /// The parameter of a service's stack that has its value from it, `Vpc of stack orders`: the name is made up then.
    pub stands_for: Option<String>,
}

/// The accounts and regions that the build stack remembers otherwise, each as `111111111111/us-east-1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacesChange {
    /// Those that come.
    pub added: Vec<String>,
    /// Those that the program names no more, and that are remembered until they are pruned.
    pub left: Vec<String>,
    /// Those that the program had left, and names again.
    pub returned: Vec<String>,
}

impl Work {
    /// Why the stack with this template is changed.
    pub(super) fn reasons(
        &self,
        state: &StackState,
        before: &Value,
        given: &BTreeMap<String, String>,
        changed: &BTreeMap<String, StackId>,
    ) -> Vec<Reason> {
        let after = &self.body.template;
        let value_after = |name: &str, parameter: &Value| {
            let default = parameter.get("Default").and_then(Value::as_str);
            match self.given(name, given, changed) {
                Given::Value(value) => Some(value),
                Given::Unknown => Some(format!("${{{name}}}")),
                Given::Default => default.map(ToOwned::to_owned),
            }
        };
        let mut reasons = Vec::new();
        let places = places_change(
            (before, |name| state.parameters.get(name).cloned()),
            (after, |name| value_after(name, &Value::Null)),
        );
        let says_all = places.is_some() && differ_in_places_alone(before, after);
        if !state.shows(&self.body) && !says_all {
            reasons.push(Reason::Template);
        }
        reasons.extend(places.map(Reason::Places));
        let declared = |template: &Value| -> BTreeMap<String, Value> {
            let declared = template.get("Parameters").and_then(Value::as_object);
            let declared = declared.into_iter().flatten();
            declared
                .map(|(name, parameter)| (name.clone(), parameter.clone()))
                .collect()
        };
        let (earlier, later) = (declared(before), declared(after));
        let names: BTreeSet<&String> = later.keys().chain(state.parameters.keys()).collect();
        for name in names {
            let before = state.parameters.get(name).cloned();
            let after = later.get(name).and_then(|parameter| value_after(name, parameter));
            if before != after {
                let declared = later.get(name).or(earlier.get(name));
                let described = declared.and_then(|parameter| parameter.get("Description")?.as_str());
                reasons.push(Reason::Parameter(ParameterChange {
                    stands_for: described
                        .and_then(|described| stands_for(name, described))
                        .map(ToOwned::to_owned),
                    value: ValueChange {
                        path: name.clone(),
                        before,
                        after,
                    },
                }));
            }
        }
        let keys: BTreeSet<&String> = state.tags.keys().chain(self.stack.tags.keys()).collect();
        for key in keys {
            let (before, after) = (state.tags.get(key).cloned(), self.stack.tags.get(key).cloned());
            if before != after {
                let path = key.clone();
                reasons.push(Reason::Tag(ValueChange { path, before, after }));
            }
        }
        reasons
    }
}

/// The places of the program, by the template, and those that it names no more, by the parameters, each before and after.
fn places_change(
    (before, value_before): (&Value, impl Fn(&str) -> Option<String>),
    (after, value_after): (&Value, impl Fn(&str) -> Option<String>),
) -> Option<PlacesChange> {
    let (named_before, named_after) = (named(before), named(after));
    let (former_before, former_after) = (former(value_before), former(value_after));
    let texts =
        |places: Vec<&StackPlace>| -> Vec<String> { places.iter().map(ToString::to_string).collect() };
    let is_new = |place: &&StackPlace| !named_before.contains(place);
    let (returned, added) = named_after
        .iter()
        .filter(is_new)
        .partition(|place| former_before.contains(place));
    let left = former_after.difference(&former_before).collect();
    let change = PlacesChange {
        added: texts(added),
        left: texts(left),
        returned: texts(returned),
    };
    let is_none = change.added.is_empty() && change.left.is_empty() && change.returned.is_empty();
    (!is_none).then_some(change)
}

fn named(template: &Value) -> BTreeSet<StackPlace> {
    let places = template.pointer(&format!("/Metadata/{PLACES}"));
    let places = places.and_then(Value::as_array).into_iter().flatten();
    places.filter_map(|place| place.as_str()?.parse().ok()).collect()
}

fn former(value: impl Fn(&str) -> Option<String>) -> BTreeSet<StackPlace> {
    let values = FORMER_PLACES.iter().filter_map(|name| value(name));
    values.flat_map(|value| places::read(&value)).collect()
}

/// Whether the templates say the same but for the places that they name.
fn differ_in_places_alone(before: &Value, after: &Value) -> bool {
    let [before, after] = [before, after].map(|template| {
        let mut template = template.clone();
        for (section, name) in [("Metadata", PLACES), ("Outputs", TEMPLATE_DIGEST)] {
            if let Some(section) = template.get_mut(section).and_then(Value::as_object_mut) {
                section.remove(name);
            }
        }
        template
    });
    before == after
}
