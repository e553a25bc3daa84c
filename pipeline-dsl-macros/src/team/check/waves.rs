//! Waves: somebody in each of them, nobody twice, and nobody in production without having been asked.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{declared, is_reference_to};
use crate::team::errors::Errors;
use crate::team::syntax::{Environment, Team};

pub(super) fn check(team: &mut Team, errors: &mut Errors) {
    let names = declared(team);
    // Of two of one name, the first: rustc says that there are two.
    let environments: BTreeMap<String, &Environment> = team
        .environments
        .iter()
        .rev()
        .map(|environment| (environment.name.written(), environment))
        .collect();
    for wave in &mut team.waves {
        let name = wave.name.written();
        if let (true, Some(list)) = (wave.environments.is_empty(), wave.list) {
            let mend = format!("name at least one, such as `wave {name} = [dev];`");
            errors.push(syn::Error::new(
                list,
                format!("wave `{name}` has no environment: {mend}"),
            ));
        }
        let mut seen = BTreeSet::new();
        let approval = wave.approval.is_some();
        wave.environments.retain(|reference| {
            if !is_reference_to("an environment", reference, &names, errors) {
                return false;
            }
            let written = reference.written();
            if !seen.insert(written.clone()) {
                errors.of(
                    &reference.origin,
                    format!("wave `{name}` names `{written}` twice: take one of them out"),
                );
                return false;
            }
            let needs_approval = environments
                .get(&written)
                .is_some_and(|environment| environment.kind.needs_approval());
            if needs_approval && !approval {
                let message = format!(
                    "wave `{name}` releases to production `{written}` and asks nobody: write `wave {name} = […] \
                     after approval;`, or waive it where `{written}` is declared, `unapproved \"reason\"`"
                );
                errors.of(&reference.origin, message);
                return false;
            }
            true
        });
    }
}
