//! Where the team has stacks, kept in the build stack: an account that leaves the program can only be found again when
//! it stands somewhere.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cloudformation::{Parameter, Stack};

use crate::constructs::instance::Instance;

/// The entry of the template's metadata that names every account and region of the program.
pub const PLACES: &str = "PipelineDslPlaces";

/// The parameters and outputs that name those which the program does not name any more. One parameter has room for some 300
/// accounts of a region, together for some 2,500.
pub const FORMER_PLACES: [&str; 8] = [
    "FormerPlaces",
    "FormerPlaces2",
    "FormerPlaces3",
    "FormerPlaces4",
    "FormerPlaces5",
    "FormerPlaces6",
    "FormerPlaces7",
    "FormerPlaces8",
];

/// What one says when it names none.
pub const NO_FORMER_PLACES: &str = "none";

/// Some 27 bytes for each developer: at ten thousand, a quarter of what a template may have.
pub(crate) fn record(stack: &mut Stack, instances: &[Instance]) {
    let places: BTreeSet<String> = instances
        .iter()
        .map(|instance| format!("{}/{}", instance.account, instance.region))
        .collect();
    let places = places.into_iter().map(Value::String).collect();
    stack.metadata(PLACES, places);
    for name in FORMER_PLACES {
        let former = Parameter::string("Accounts and regions that left the program and still have stacks")
            .default_value(NO_FORMER_PLACES);
        let former = stack.parameter(name, former);
        stack.output(name, "Where `deploy --prune` would look", former.value());
    }
}
