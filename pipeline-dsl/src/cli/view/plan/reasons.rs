//! Why a stack is changed, in words.

use super::super::names::first_of;
use super::values;
use crate::deploy::{PlacesChange, Reason, ValueChange};
use crate::synth::FORMER_PLACES;

/// So many accounts are named.
const NAMED: usize = 3;

/// Each without `because`.
pub(super) fn lines(reasons: &[Reason], all: bool) -> Vec<String> {
    // The parameters that keep them are said with these.
    let says_places = reasons.iter().any(|reason| matches!(reason, Reason::Places(_)));
    let mut lines = Vec::new();
    for reason in reasons {
        match reason {
            Reason::Template => lines.push("its template differs".to_owned()),
            Reason::Places(change) => lines.extend(places(change, all)),
            Reason::Parameter(change) => {
                let name = change.value.path.as_str();
                if !(says_places && FORMER_PLACES.contains(&name)) {
                    let called = change.stands_for.as_deref().unwrap_or(name);
                    lines.push(format!("parameter {called}: {}", value(&change.value, all)));
                }
            }
            Reason::Tag(change) => lines.push(format!("tag {}: {}", change.path, value(change, all))),
        }
    }
    lines
}

fn value(change: &ValueChange, all: bool) -> String {
    values::before_and_after(change.before.as_deref(), change.after.as_deref(), all)
}

fn places(change: &PlacesChange, all: bool) -> Vec<String> {
    let named = |places: &[String]| {
        let places: Vec<String> = places.iter().map(|place| in_words(place)).collect();
        first_of(&places, if all { places.len() } else { NAMED })
    };
    let texts = [
        (&change.added, "it remembers ", ""),
        (
            &change.left,
            "it remembers ",
            ", which the program does not name any more",
        ),
        (&change.returned, "the program names again ", ""),
    ];
    let texts = texts.into_iter().filter(|(places, _, _)| !places.is_empty());
    texts
        .map(|(places, before, behind)| format!("{before}{}{behind}", named(places)))
        .collect()
}

fn in_words(place: &str) -> String {
    match place.split_once('/') {
        Some((account, region)) => format!("account {account} in {region}"),
        None => place.to_owned(),
    }
}
