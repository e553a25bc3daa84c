//! Tags: each key once.

use std::collections::BTreeMap;

use crate::team::errors::Errors;
use crate::team::origin::Origin;
use crate::team::syntax::Team;

pub(super) fn check(team: &mut Team, errors: &mut Errors) {
    let mut first: BTreeMap<String, Origin> = BTreeMap::new();
    team.tags.retain(|(key, _)| {
        let name = key.value();
        if let Some(before) = first.get(&name) {
            let message = format!(
                "tag `{name}` is given already ({}): take one of the two out",
                before.line()
            );
            errors.at(key, message);
            return false;
        }
        first.insert(name, key.span().into());
        true
    });
}
