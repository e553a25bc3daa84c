//! The conditions of a template, each decided once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::resolve::{Scope, holds};

/// Which conditions of one template hold, for one set of parameters: decided when it is first asked for, and then known.
#[derive(Debug, Default)]
pub struct Decided {
    values: OnceLock<BTreeMap<String, bool>>,
}

impl Decided {
    /// Whether a condition holds; nothing for one that is not declared, cannot be evaluated, or depends on itself.
    ///
    /// `declared` is the template's `Conditions`, and `scope` says what its parameters stand for: both are to be the same
    /// each time.
    pub fn holds(&self, name: &str, declared: Option<&Value>, scope: &impl Scope) -> Option<bool> {
        let values = self.values.get_or_init(|| {
            let declared = declared.and_then(Value::as_object);
            declared
                .map(|declared| decide(declared, scope))
                .unwrap_or_default()
        });
        values.get(name).copied()
    }
}

fn decide(declared: &Map<String, Value>, scope: &impl Scope) -> BTreeMap<String, bool> {
    let mut values = BTreeMap::new();
    for (name, condition) in in_order(declared).ordered {
        let known = Known {
            scope,
            values: &values,
        };
        if let Ok(value) = holds(condition, &known) {
            values.insert(name.clone(), value);
        }
    }
    values
}

/// What the names stand for, where the conditions before are decided.
struct Known<'a, S> {
    scope: &'a S,
    values: &'a BTreeMap<String, bool>,
}

impl<S: Scope> Scope for Known<'_, S> {
    fn reference(&self, name: &str) -> Option<Value> {
        self.scope.reference(name)
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        self.scope.attribute(logical_id, attribute)
    }

    fn condition(&self, name: &str) -> Option<bool> {
        self.values.get(name).copied()
    }
}

/// The conditions that depend on themselves, through others or at once, and those that depend on these.
pub fn circular(declared: &Map<String, Value>) -> Vec<&str> {
    in_order(declared).circular
}

struct Order<'a> {
    /// Each behind those that it names.
    ordered: Vec<(&'a String, &'a Value)>,
    circular: Vec<&'a str>,
}

fn in_order(declared: &Map<String, Value>) -> Order<'_> {
    let mut waits: BTreeMap<&str, usize> = BTreeMap::new();
    let mut waiting: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    let mut ready = Vec::new();
    for (name, condition) in declared {
        let mut needs = Vec::new();
        named(condition, &mut needs);
        needs.retain(|need| declared.contains_key(*need));
        if needs.is_empty() {
            ready.push(name);
        }
        waits.insert(name, needs.len());
        for need in needs {
            waiting.entry(need).or_default().push(name);
        }
    }
    let mut ordered = Vec::with_capacity(declared.len());
    while let Some(name) = ready.pop() {
        waits.remove(name.as_str());
        ordered.extend(declared.get_key_value(name));
        for follower in waiting.remove(name.as_str()).unwrap_or_default() {
            if let Some(left) = waits.get_mut(follower.as_str()) {
                *left -= 1;
                if *left == 0 {
                    ready.push(follower);
                }
            }
        }
    }
    Order {
        ordered,
        circular: waits.into_keys().collect(),
    }
}

/// The conditions that a condition names, as often as it names them.
fn named<'a>(condition: &'a Value, found: &mut Vec<&'a str>) {
    match condition {
        Value::Object(map) => {
            for (name, inner) in map {
                match (name.as_str(), inner) {
                    ("Condition", Value::String(target)) => found.push(target),
                    _ => named(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::{Map, Value, json};

    use super::{Decided, circular};
    use crate::cloudformation::resolve::Scope;

    struct Nothing;

    impl Scope for Nothing {
        fn reference(&self, _: &str) -> Option<Value> {
            None
        }
        fn attribute(&self, _: &str, _: &str) -> Option<Value> {
            None
        }
        fn condition(&self, _: &str) -> Option<bool> {
            None
        }
    }

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn circles_are_found() {
        let declared = object(&json!({
            "Good": {"Fn::Equals": ["a", "a"]},
            "Self": {"Condition": "Self"},
            "One": {"Fn::Not": [{"Condition": "Two"}]},
            "Two": {"Fn::And": [{"Condition": "Good"}, {"Condition": "One"}]},
        }));
        assert_eq!(circular(&declared), ["One", "Self", "Two"]);
        let declared = Value::Object(declared);
        let decided = Decided::default();
        assert_eq!(decided.holds("Good", Some(&declared), &Nothing), Some(true));
        assert_eq!(decided.holds("Self", Some(&declared), &Nothing), None);
        assert_eq!(decided.holds("Two", Some(&declared), &Nothing), None);
    }

    /// Each names the one before twice: asked anew each time, the last would take as many steps as there are numbers.
    #[test]
    fn each_is_decided_once() {
        let mut declared = object(&json!({"C0": {"Fn::Equals": ["a", "b"]}}));
        for number in 1..20_000 {
            let before = json!({"Condition": format!("C{}", number - 1)});
            declared.insert(format!("C{number}"), json!({"Fn::Or": [before, before]}));
        }
        let begun = Instant::now();
        let declared = Value::Object(declared);
        let decided = Decided::default();
        assert_eq!(decided.holds("C19999", Some(&declared), &Nothing), Some(false));
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
