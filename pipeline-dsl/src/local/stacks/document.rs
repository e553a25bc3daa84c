//! A template as CloudFormation reads it, and what it refuses at once.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::known_type::KnownType;
use super::template_shape::check_shape;
use super::unique_keys::Unique;
use crate::cloudformation::decided::circular;
use crate::cloudformation::limits;
use crate::cloudformation::references::references;
use crate::cloudformation::{Pseudo, ResourceKind};
use crate::local::http::response::ApiError;

/// A template that was read.
#[derive(Debug)]
pub(crate) struct Document {
    root: Map<String, Value>,
}

impl Document {
    /// Reads a template, and refuses what CloudFormation refuses before it makes anything.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let root = match serde_json::from_str(text) {
            Ok(Unique(Value::Object(root))) => root,
            Ok(_) => {
                return Err(ApiError::validation(
                    "Template format error: unsupported structure.",
                ));
            }
            Err(error) => {
                let is_json = text.trim_start().starts_with('{');
                let instead = if is_json {
                    String::new()
                } else {
                    " The local cloud takes no YAML: convert the template to JSON.".to_owned()
                };
                return Err(ApiError::validation(format!(
                    "Template format error: JSON not well-formed. ({error}){instead}"
                )));
            }
        };
        check_shape(&root)?;
        let document = Self { root };
        document.check()?;
        Ok(document)
    }

    pub(crate) fn section(&self, name: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.root
            .get(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    }

    pub(crate) fn resource(&self, logical_id: &str) -> Option<&Value> {
        self.root.get("Resources")?.get(logical_id)
    }

    pub(crate) fn conditions(&self) -> Option<&Value> {
        self.root.get("Conditions")
    }

    pub(crate) fn description(&self) -> Option<&str> {
        self.root.get("Description").and_then(Value::as_str)
    }

    /// What a resource refers to and depends on, inside the template.
    pub(crate) fn needs(&self, logical_id: &str) -> BTreeSet<String> {
        let Some(resource) = self.resource(logical_id) else {
            return BTreeSet::new();
        };
        let referred = references(resource.get("Properties").unwrap_or(&Value::Null))
            .into_iter()
            .map(|reference| reference.target);
        let named = match resource.get("DependsOn") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(several)) => several
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        referred
            .chain(named)
            .filter(|target| self.resource(target).is_some())
            .collect()
    }

    /// The values of all parameters: given or default.
    pub(crate) fn parameters(
        &self,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let declared: BTreeMap<&String, &Value> = self.section("Parameters").collect();
        let unknown: Vec<&str> = given
            .keys()
            .filter(|name| !declared.contains_key(name))
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() {
            let message = format!(
                "Parameters: [{}] do not exist in the template",
                unknown.join(", ")
            );
            return Err(ApiError::validation(message));
        }
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, parameter) in declared {
            let default = parameter.get("Default").and_then(|default| match default {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                Value::Bool(truth) => Some(truth.to_string()),
                Value::Null | Value::Array(_) | Value::Object(_) => None,
            });
            match given.get(name).cloned().or(default) {
                Some(value) if value.len() > limits::PARAMETER_VALUE => {
                    let message = format!(
                        "Parameter {name} is longer than {} bytes",
                        limits::PARAMETER_VALUE
                    );
                    return Err(ApiError::validation(message));
                }
                Some(value) => {
                    values.insert(name.clone(), value);
                }
                None => missing.push(name.as_str()),
            }
        }
        if missing.is_empty() {
            Ok(values)
        } else {
            Err(ApiError::validation(format!(
                "Parameters: [{}] must have values",
                missing.join(", ")
            )))
        }
    }

    /// The capability that it needs.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
    pub(crate) fn needed_capability(&self) -> Option<&'static str> {
        let mut needed = None;
        for (_, resource) in self.section("Resources") {
            let Some(kind) = ResourceKind::of(resource).filter(|kind| kind.needs_capability()) else {
                continue;
            };
            let properties = resource.get("Properties").and_then(Value::as_object);
            let named =
                |name: &String| name.ends_with("Name") && kind.facts().replaced_by.contains(&name.as_str());
            if properties.is_some_and(|properties| properties.keys().any(named)) {
                return Some("CAPABILITY_NAMED_IAM");
            }
            needed = Some("CAPABILITY_IAM");
        }
        needed
    }

    fn check(&self) -> Result<(), ApiError> {
        let resources: BTreeMap<&String, &Value> = self.section("Resources").collect();
        if resources.is_empty() {
            return Err(ApiError::validation(
                "Template format error: At least one Resources member must be defined.",
            ));
        }
        for (what, count, limit) in [
            ("Resources", resources.len(), limits::RESOURCES),
            (
                "Parameters",
                self.section("Parameters").count(),
                limits::PARAMETERS,
            ),
            ("Outputs", self.section("Outputs").count(), limits::OUTPUTS),
        ] {
            if count > limit {
                return Err(ApiError::validation(format!(
                    "Template format error: Number of {what}, {count}, is greater than maximum allowed, {limit}"
                )));
            }
        }
        let mut unresolved = BTreeSet::new();
        let whole = self
            .root
            .get("Resources")
            .into_iter()
            .chain(self.root.get("Outputs"));
        for value in whole {
            for reference in references(value) {
                let target = reference.target;
                let known = resources.contains_key(&target)
                    || Pseudo::named(&target).is_some()
                    || self.section("Parameters").any(|(name, _)| *name == target);
                if !known {
                    unresolved.insert(target);
                }
            }
        }
        if !unresolved.is_empty() {
            let names: Vec<String> = unresolved.into_iter().collect();
            return Err(ApiError::validation(format!(
                "Template format error: Unresolved resource dependencies [{}] in the Resources block of the \
                 template",
                names.join(", ")
            )));
        }
        for (logical_id, resource) in resources {
            let resource_type = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
            KnownType::named(resource_type).ok_or_else(|| {
                ApiError::validation(format!(
                    "Template format error: Unrecognized resource types: [{resource_type}]. \
                     The local cloud knows few of CloudFormation's: docs/local-cloud.md"
                ))
            })?;
            if !logical_id.bytes().all(|byte| byte.is_ascii_alphanumeric())
                || logical_id.len() > limits::LOGICAL_ID
            {
                return Err(ApiError::validation(format!(
                    "Template format error: Resource name {logical_id} is non alphanumeric."
                )));
            }
        }
        self.check_conditions()?;
        self.check_cycles()
    }

    /// Of resources the page has the words; of conditions none has, so they are the same here.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html>
    fn check_conditions(&self) -> Result<(), ApiError> {
        let none = Map::new();
        let declared = self.conditions().and_then(Value::as_object).unwrap_or(&none);
        let circular = circular(declared);
        if !circular.is_empty() {
            let message = format!(
                "Circular dependency between conditions: [{}]",
                circular.join(", ")
            );
            return Err(ApiError::validation(message));
        }
        for (_, condition) in self.section("Conditions") {
            if let Some(name) = unknown_condition(condition, declared) {
                return Err(ApiError::validation(format!(
                    "Template format error: Unresolved condition dependency {name} in the Conditions block of the \
                     template"
                )));
            }
        }
        for (_, resource) in self.section("Resources") {
            if let Some(name) = resource.get("Condition").and_then(Value::as_str)
                && !declared.contains_key(name)
            {
                return Err(ApiError::validation(format!(
                    "Template format error: Unresolved condition dependency {name} in the Resources block of the \
                     template"
                )));
            }
        }
        Ok(())
    }

    fn check_cycles(&self) -> Result<(), ApiError> {
        let mut waiting: BTreeMap<String, BTreeSet<String>> = self
            .section("Resources")
            .map(|(id, _)| (id.clone(), self.needs(id)))
            .collect();
        loop {
            let ready: Vec<String> = waiting
                .iter()
                .filter(|(_, needs)| needs.is_empty())
                .map(|(id, _)| id.clone())
                .collect();
            if ready.is_empty() {
                break;
            }
            for id in ready {
                waiting.remove(&id);
                for needs in waiting.values_mut() {
                    needs.remove(&id);
                }
            }
        }
        if waiting.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = waiting.into_keys().collect();
        let message = format!("Circular dependency between resources: [{}]", names.join(", "));
        Err(ApiError::validation(message))
    }
}

/// The first condition that a condition names and the template does not have.
fn unknown_condition<'a>(condition: &'a Value, declared: &Map<String, Value>) -> Option<&'a str> {
    match condition {
        Value::Object(map) => map
            .iter()
            .find_map(|(function, inner)| match (function.as_str(), inner) {
                ("Condition", Value::String(name)) => (!declared.contains_key(name)).then_some(name.as_str()),
                _ => unknown_condition(inner, declared),
            }),
        Value::Array(items) => items.iter().find_map(|item| unknown_condition(item, declared)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
