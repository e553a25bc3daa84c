//! The values in which the properties of a resource differ. The members of a list that have names are compared by these: one that
//! comes does not make all that follow it another.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A value in the properties of a resource that differs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyChange {
    /// Where.
    #[serde(serialize_with = "dotted")]
    pub path: Vec<Step>,
    /// What becomes of it.
    pub what: Difference,
    /// What it is, if there is anything; of members in another order, their names.
    pub before: Option<String>,
    /// What it becomes, if there is to be anything; `${Parameter}` or `${Resource.Attribute}` where that is known only afterwards.
    pub after: Option<String>,
}

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// It is another.
    Changed,
    /// A member of a list comes.
    Added,
    /// A member of a list goes.
    Removed,
    /// The members of a list have another order.
    Reordered,
}

/// A step into the properties of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// A property, by its name.
    Property(String),
    /// A member of a list, by its place.
    Position(usize),
    /// A member of a list, by what it is called.
    Member {
        /// The property that calls it so: `Name`, `Region`.
        by: String,
        /// What it is called.
        name: String,
    },
}

impl Step {
    /// As it is in a path.
    fn text(&self) -> String {
        match self {
            Self::Property(name) | Self::Member { name, .. } => name.clone(),
            Self::Position(position) => position.to_string(),
        }
    }
}

impl PropertyChange {
    /// The path as one text: `Stages.release.Actions.approval.TimeoutInMinutes`.
    pub fn dotted_path(&self) -> String {
        path_text(&self.path)
    }

    /// The property of the resource that it is in.
    pub fn property(&self) -> &str {
        match self.path.first() {
            Some(Step::Property(name)) => name,
            Some(Step::Position(_) | Step::Member { .. }) | None => "",
        }
    }
}

fn path_text(path: &[Step]) -> String {
    path.iter().map(Step::text).collect::<Vec<String>>().join(".")
}

fn dotted<S: Serializer>(path: &[Step], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path_text(path))
}

/// The values that differ in two properties' values, or in all properties of a resource, below this path.
pub(super) fn between(path: &[Step], before: &Value, after: &Value) -> Vec<PropertyChange> {
    let mut found = Vec::new();
    let mut path = path.to_vec();
    differences(&mut path, before, after, &mut found);
    found
}

fn differences(path: &mut Vec<Step>, before: &Value, after: &Value, found: &mut Vec<PropertyChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(earlier), Value::Object(later)) => {
            let names: BTreeSet<&String> = earlier.keys().chain(later.keys()).collect();
            for name in names {
                let of = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or_default();
                inside(
                    path,
                    Step::Property(name.clone()),
                    &of(earlier),
                    &of(later),
                    found,
                );
            }
        }
        (Value::Array(_) | Value::Null, Value::Array(_) | Value::Null) => {
            lists(path, before, after, found);
        }
        (before, after) => changed(path, before, after, found),
    }
}

fn lists(path: &mut Vec<Step>, before: &Value, after: &Value, found: &mut Vec<PropertyChange>) {
    let (earlier, later) = (items(before), items(after));
    if let Some(by) = naming(earlier, later) {
        members(path, by, earlier, later, found);
    } else if before.is_array() && after.is_array() && earlier.len() == later.len() {
        for (position, (before, after)) in earlier.iter().zip(later).enumerate() {
            inside(path, Step::Position(position), before, after, found);
        }
    } else {
        changed(path, before, after, found);
    }
}

/// First what comes, goes and changes places, then what is in those that stay.
fn members(
    path: &mut Vec<Step>,
    by: &str,
    earlier: &[Value],
    later: &[Value],
    found: &mut Vec<PropertyChange>,
) {
    let (before, after) = (named(by, earlier), named(by, later));
    let step = |name: &str| Step::Member {
        by: by.to_owned(),
        name: name.to_owned(),
    };
    let mut alone = |items: &[Value], others: &BTreeMap<&str, &Value>, what: Difference| {
        for item in items {
            let Some(name) = name(by, item).filter(|name| !others.contains_key(name)) else {
                continue;
            };
            let is_gone = what == Difference::Removed;
            let mut path = path.clone();
            path.push(step(name));
            found.push(PropertyChange {
                path,
                what,
                before: is_gone.then(|| item.to_string()),
                after: (!is_gone).then(|| item.to_string()),
            });
        }
    };
    alone(earlier, &after, Difference::Removed);
    alone(later, &before, Difference::Added);
    let common = |these: &[Value], others: &BTreeMap<&str, &Value>| -> Vec<String> {
        let names = these.iter().filter_map(|item| name(by, item));
        let common = names.filter(|name| others.contains_key(name));
        common.map(ToOwned::to_owned).collect()
    };
    let (old_order, new_order) = (common(earlier, &after), common(later, &before));
    if old_order != new_order {
        found.push(PropertyChange {
            path: path.clone(),
            what: Difference::Reordered,
            before: Some(old_order.join(", ")),
            after: Some(new_order.join(", ")),
        });
    }
    for name in &new_order {
        if let (Some(before), Some(after)) = (before.get(name.as_str()), after.get(name.as_str())) {
            inside(path, step(name), before, after, found);
        }
    }
}

fn inside(path: &mut Vec<Step>, step: Step, before: &Value, after: &Value, found: &mut Vec<PropertyChange>) {
    path.push(step);
    differences(path, before, after, found);
    path.pop();
}

fn changed(path: &[Step], before: &Value, after: &Value, found: &mut Vec<PropertyChange>) {
    found.push(PropertyChange {
        path: path.to_vec(),
        what: Difference::Changed,
        before: text(before),
        after: text(after),
    });
}

/// By which property the members of both lists are called, each list's by another name each.
fn naming<'a>(earlier: &'a [Value], later: &'a [Value]) -> Option<&'a str> {
    /// What AWS calls members by, the plainest first.
    const NAMES: [&str; 5] = ["Name", "Region", "Id", "Sid", "Key"];
    let first = later.first().or(earlier.first())?.as_object()?;
    let by_ending = first.keys().map(String::as_str);
    let by_ending = by_ending.filter(|key| ["Name", "Id", "Identifier"].iter().any(|end| key.ends_with(end)));
    let names_all = |by: &&str| {
        [earlier, later]
            .into_iter()
            .all(|items| named(by, items).len() == items.len())
    };
    NAMES.into_iter().chain(by_ending).chain(["Type"]).find(names_all)
}

fn named<'a>(by: &str, items: &'a [Value]) -> BTreeMap<&'a str, &'a Value> {
    items
        .iter()
        .filter_map(|item| Some((name(by, item)?, item)))
        .collect()
}

fn name<'a>(by: &str, item: &'a Value) -> Option<&'a str> {
    item.get(by)?.as_str()
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> Vec<String> {
        let changes = between(&[], before, after);
        let said = changes.iter().map(|change| {
            let [before, after] =
                [&change.before, &change.after].map(|side| side.as_deref().unwrap_or("nothing"));
            format!("{:?} {}: {before} -> {after}", change.what, change.dotted_path())
        });
        said.collect()
    }

    #[test]
    fn members_are_known_by_their_names() {
        let before = json!({"Stages": [
            {"Name": "Source"},
            {"Name": "test", "Actions": [{"Name": "b", "RunOrder": 1}, {"Name": "c"}]},
            {"Name": "old"},
            {"Name": "release"},
        ]});
        let after = json!({"Stages": [
            {"Name": "Source"},
            {"Name": "release"},
            {"Name": "test", "Actions": [{"Name": "a"}, {"Name": "b", "RunOrder": 2}, {"Name": "c"}]},
        ]});
        assert_eq!(
            told(&before, &after),
            [
                r#"Removed Stages.old: {"Name":"old"} -> nothing"#,
                "Reordered Stages: Source, test, release -> Source, release, test",
                r#"Added Stages.test.Actions.a: nothing -> {"Name":"a"}"#,
                "Changed Stages.test.Actions.b.RunOrder: 1 -> 2",
            ]
        );
    }

    #[test]
    fn whatever_names_all_of_them_is_their_name() {
        let stores = |regions: &[&str]| {
            let stores = regions.iter().map(|region| json!({"Region": region, "S": {}}));
            json!({"Stores": stores.collect::<Vec<Value>>()})
        };
        assert_eq!(
            told(&stores(&["a", "c"]), &stores(&["a", "b", "c"])),
            [r#"Added Stores.b: nothing -> {"Region":"b","S":{}}"#]
        );
        let artifacts = |ids: &[&str]| {
            let artifacts = ids
                .iter()
                .map(|id| json!({"Location": "x", "ArtifactIdentifier": id}));
            json!(artifacts.collect::<Vec<Value>>())
        };
        assert_eq!(
            told(&json!({}), &json!({"Secondary": artifacts(&["a"])})),
            [r#"Added Secondary.a: nothing -> {"Location":"x","ArtifactIdentifier":"a"}"#]
        );
    }

    #[test]
    fn lists_without_names_are_compared_by_place_or_as_a_whole() {
        assert_eq!(
            told(&json!({"L": ["a", "b"]}), &json!({"L": ["a", "c"]})),
            ["Changed L.1: b -> c"]
        );
        assert_eq!(
            told(&json!({"L": ["a"]}), &json!({"L": ["a", "c"]})),
            [r#"Changed L: ["a"] -> ["a","c"]"#]
        );
        // Two of one name have none.
        assert_eq!(
            told(
                &json!({"L": [{"Name": "a"}]}),
                &json!({"L": [{"Name": "a"}, {"Name": "a"}]})
            ),
            [r#"Changed L: [{"Name":"a"}] -> [{"Name":"a"},{"Name":"a"}]"#]
        );
        assert_eq!(told(&json!({"L": []}), &json!({})), ["Changed L: [] -> nothing"]);
    }
}
