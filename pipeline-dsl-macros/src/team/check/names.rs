//! What each name stands for.

use std::collections::BTreeMap;

use crate::team::errors::Errors;
use crate::team::origin::Origin;
use crate::team::syntax::{Name, Team};

/// Every declared name, with what was declared first and where.
pub(super) fn declared(team: &Team) -> BTreeMap<String, (&'static str, Origin)> {
    let mut declared = BTreeMap::new();
    for (name, what, origin) in declarations(team) {
        declared.entry(name).or_insert((what, origin));
    }
    declared
}

/// In the order in which they are written.
fn declarations(team: &Team) -> Vec<(String, &'static str, Origin)> {
    let mut all = Vec::new();
    let mut add = |what, name: &Name| all.push((name.written(), what, name.origin.clone()));
    team.environments
        .iter()
        .for_each(|each| add("an environment", &each.name));
    team.waves.iter().for_each(|each| add("a wave", &each.name));
    team.services.iter().for_each(|each| add("a service", each));
    team.developers
        .iter()
        .for_each(|each| add("a developer", &each.name));
    team.connections
        .iter()
        .for_each(|each| add("a connection", &Name::of(&each.keyword)));
    // Stable: developers of one list keep its order.
    all.sort_by_key(|(_, _, origin)| {
        let start = origin.span.start();
        (start.line, start.column)
    });
    all
}

/// Takes out what is declared under a name that is something else already, and developers of a list whose name is
/// taken. Of two declarations of one kind rustc shows both.
pub(super) fn check(team: &mut Team, errors: &mut Errors) {
    let mut taken: BTreeMap<String, (&'static str, Origin)> = BTreeMap::new();
    let mut refused: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    for (name, what, origin) in declarations(team) {
        let message = match taken.get(&name) {
            _ if name == "TEAM" => "`TEAM` is the team itself: names are in lower case".to_owned(),
            Some((before, place)) if *before != what || origin.place.is_some() => {
                // Who has one wave for each environment would call both the same.
                let such_as = match (what, *before) {
                    ("a wave", "an environment") | ("an environment", "a wave") => {
                        format!(", such as `wave {}_wave`", name.trim_end_matches("_wave"))
                    }
                    _ => String::new(),
                };
                format!(
                    "`{name}` is {before} already ({}): choose another name{such_as}",
                    place.line()
                )
            }
            Some(_) => continue,
            None => {
                taken.insert(name, (what, origin));
                continue;
            }
        };
        errors.of(&origin, message);
        *refused.entry((name, what)).or_default() += 1;
    }
    // Of several under one name, the last ones: the first of a kind may be the one that is right.
    let mut keep = |what, name: &Name| match refused.get_mut(&(name.written(), what)) {
        Some(count @ 1..) => {
            *count -= 1;
            false
        }
        _ => true,
    };
    retain_from_last(&mut team.environments, |each| keep("an environment", &each.name));
    retain_from_last(&mut team.waves, |each| keep("a wave", &each.name));
    retain_from_last(&mut team.services, |each| keep("a service", each));
    retain_from_last(&mut team.developers, |each| keep("a developer", &each.name));
    retain_from_last(&mut team.connections, |each| {
        keep("a connection", &Name::of(&each.keyword))
    });
}

fn retain_from_last<T>(items: &mut Vec<T>, keep: impl FnMut(&T) -> bool) {
    items.reverse();
    items.retain(keep);
    items.reverse();
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
        _ if written == "TEAM" => {
            errors.of(&name.origin, format!("`TEAM` is the team itself, not {wanted}"));
            false
        }
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
