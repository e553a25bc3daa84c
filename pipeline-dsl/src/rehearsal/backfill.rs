//! The first run of a subscriber: what the custom resource of its stack asks for.

use serde_json::{Value, json};

use super::denial::Outcome;
use super::rehearsal::Rehearsal;
use crate::cloudformation::types::custom::Backfill;
use crate::local::CustomRequest;

impl Rehearsal<'_> {
    /// Plans that the subscribers do what their custom resources ask: bring what is there already.
    pub fn backfill(&mut self, requests: &[CustomRequest]) {
        for request in requests {
            let Some(place) = self.runtime.landscape().functions.get(&request.function).cloned() else {
                continue;
            };
            let (now, then) = (held(&request.properties), held(&request.old_properties));
            let released: Vec<&String> = then.iter().filter(|key| !now.contains(key)).collect();
            let event = json!({"Backfill": {"Held": now, "Released": released}});
            let step = self
                .runtime
                .step(None, &place, "the stack fills the account", 0, Outcome::Done);
            self.runtime
                .run_on(&request.function, event, "what is there already", step);
        }
    }
}

fn held(properties: &Value) -> Vec<String> {
    let joined = properties
        .get(Backfill::HELD_KEYS)
        .and_then(Value::as_str)
        .unwrap_or_default();
    let keys = joined.split(',').filter(|key| !key.is_empty());
    keys.map(ToOwned::to_owned).collect()
}
