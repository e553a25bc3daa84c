//! What each name stands for, and names of included developers that are taken: those have no token of their own,
//! at which rustc could say it.

use std::collections::BTreeMap;

use crate::team::errors::Errors;
use crate::team::origin::Origin;
use crate::team::syntax::{Name, Team};

/// Every declared name, with what was declared and where.
pub(super) fn declared(team: &Team) -> BTreeMap<String, (&'static str, Origin)> {
    let mut declared = BTreeMap::new();
    let mut add = |what: &'static str, name: &Name| {
        declared
            .entry(name.written())
            .or_insert_with(|| (what, name.origin.clone()));
    };
    team.environments
        .iter()
        .for_each(|each| add("an environment", &each.name));
    team.waves.iter().for_each(|each| add("a wave", &each.name));
    team.services.iter().for_each(|each| add("a service", each));
    team.developers
        .iter()
        .filter(|each| each.name.origin.place.is_none())
        .for_each(|each| add("a developer", &each.name));
    for connection in &team.connections {
        let origin = connection.provider.span().into();
        declared
            .entry(connection.provider.to_string())
            .or_insert(("a connection", origin));
    }
    declared
}

pub(super) fn check(team: &mut Team, errors: &mut Errors) {
    let mut taken = declared(team);
    team.developers.retain(|developer| {
        let (name, origin) = (developer.name.written(), &developer.name.origin);
        if origin.place.is_none() {
            return true;
        }
        if let Some((what, before)) = taken.get(&name) {
            let message = format!(
                "`{name}` is {what} already ({}): choose another name",
                before.line()
            );
            errors.of(origin, message);
            return false;
        }
        taken.insert(name, ("a developer", origin.clone()));
        true
    });
}

/// Keeps the references to what is declared as `wanted`; of one to something else it says so. What is not declared
/// at all is kept, for rustc to report with a similar name; in an included file, where rustc sees nothing, it is
/// reported here.
pub(super) fn is_reference_to(
    wanted: &'static str,
    name: &Name,
    declared: &BTreeMap<String, (&'static str, Origin)>,
    errors: &mut Errors,
) -> bool {
    let written = name.written();
    match declared.get(&written) {
        Some((what, _)) if *what == wanted => true,
        Some((what, before)) => {
            let message = format!("`{written}` is {what} ({}), not {wanted}", before.line());
            errors.of(&name.origin, message);
            false
        }
        None if name.origin.place.is_some() => {
            let noun = wanted.split(' ').next_back().unwrap_or(wanted);
            let candidates = declared
                .iter()
                .filter(|(_, (what, _))| *what == wanted)
                .map(|(candidate, _)| candidate.as_str());
            let near = crate::team::suggestion::did_you_mean(&written, candidates);
            errors.of(&name.origin, format!("no {noun} `{written}` is declared{near}"));
            false
        }
        None => true,
    }
}
