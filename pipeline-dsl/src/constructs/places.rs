//! Where the team has stacks, kept in the build stack: an account that leaves the program can only be found again when
//! it stands somewhere.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cloudformation::{Parameter, Stack};

use super::Instance;

/// The entry of the template's metadata that names every account and region of the program.
pub const PLACES: &str = "PipelineDslPlaces";

/// The parameter and output that name those which the program does not name any more.
pub const FORMER_PLACES: &str = "FormerPlaces";

/// What it says when there are none.
pub const NO_FORMER_PLACES: &str = "none";

/// Some 27 bytes for each developer: at ten thousand, a quarter of what a template may have.
pub(crate) fn record(stack: &mut Stack, instances: &[Instance]) {
    let places: BTreeSet<String> = instances
        .iter()
        .map(|instance| format!("{}/{}", instance.account, instance.region))
        .collect();
    let places = places.into_iter().map(Value::String).collect();
    let former = Parameter::string("Accounts and regions that left the program and still have stacks")
        .default_value(NO_FORMER_PLACES);
    let former = stack.parameter(FORMER_PLACES, former);
    stack.metadata(PLACES, places);
    stack.output(FORMER_PLACES, "Where `deploy --prune` would look", former.value());
}
