//! What a template makes of one stack, as far as that can be said without deploying it: conditions are decided, functions are
//! evaluated, and what AWS would make up is made of logical ids.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::decided::Decided;
use super::resolve::{Scope, Unresolved, resolve};
use super::{Identity, NewResource, PseudoValues, ResourceKind};

/// What a parameter stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// This.
    Value(String),
    /// Something that nobody knows yet.
    Unknown,
    /// What the template says where nothing is given.
    Default,
}

/// A template with the parameters of one stack.
#[derive(Debug)]
pub struct Foreseen<'a, P> {
    template: &'a Value,
    pseudo: PseudoValues<'a>,
    given: P,
    identities: BTreeMap<&'a str, Identity>,
    decided: Decided,
}

/// A resource that the stack will have: its condition holds.
#[derive(Debug, Clone, Copy)]
pub struct ForeseenResource<'a> {
    /// Its name in the template.
    pub logical_id: &'a str,
    /// Its type's name.
    pub resource_type: &'a str,
    /// As it stands in the template.
    pub declared: &'a Value,
}

impl ForeseenResource<'_> {
    /// What its properties are made of.
    pub fn properties(&self) -> &Value {
        self.declared.get("Properties").unwrap_or(&Value::Null)
    }

    /// Whether it stays in its account when the stack loses it.
    pub fn is_retained(&self) -> bool {
        let policy = self.declared.get("DeletionPolicy").and_then(Value::as_str);
        policy.is_some_and(|policy| policy.starts_with("Retain"))
    }
}

impl ForeseenResource<'_> {
    /// Whether it stays in its account when another takes its place.
    pub fn keeps_replaced(&self) -> bool {
        let policy = self.declared.get("UpdateReplacePolicy").and_then(Value::as_str);
        policy == Some("Retain")
    }
}

impl<'a, P: Fn(&str) -> Given> Foreseen<'a, P> {
    /// Of a template in the stack that the pseudo parameters are of; `given` says what each parameter stands for.
    pub fn of(template: &'a Value, pseudo: PseudoValues<'a>, given: P) -> Self {
        let mut foreseen = Self {
            template,
            pseudo,
            given,
            identities: BTreeMap::new(),
            decided: Decided::default(),
        };
        // Names first: they name nothing but parameters and pseudo parameters.
        let there: Vec<ForeseenResource<'a>> = foreseen.resources().collect();
        for resource in there {
            let Some(kind) = ResourceKind::named(resource.resource_type) else {
                continue;
            };
            let made_up_name = format!("{}-{}", pseudo.stack_name, resource.logical_id);
            let new = NewResource {
                account: pseudo.account,
                region: pseudo.region,
                partition: pseudo.partition,
                logical_id: resource.logical_id,
                unique_id: made_up_name.to_lowercase(),
                made_up_name,
            };
            let identity = (kind.facts().identity)(&new, &foreseen.names_only(resource.properties()));
            foreseen.identities.insert(resource.logical_id, identity);
        }
        foreseen
    }

    /// The resources whose conditions hold.
    pub fn resources(&self) -> impl Iterator<Item = ForeseenResource<'a>> {
        declared_in(self.template).filter(|resource| {
            let condition = resource.declared.get("Condition").and_then(Value::as_str);
            condition.is_none_or(|name| self.condition(name) == Some(true))
        })
    }

    /// What a resource will be called; none where its type is not known, or its condition does not hold.
    pub fn identity(&self, logical_id: &str) -> Option<&Identity> {
        self.identities.get(logical_id)
    }

    /// What all of them will be called.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.identities.values()
    }

    /// The outputs, each with what it is made of.
    pub fn outputs(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        section(self.template, "Outputs")
            .map(|(name, output)| (name, output.get("Value").unwrap_or(&Value::Null)))
    }

    /// A value of the template with what its functions become.
    ///
    /// # Errors
    /// As [`resolve`], and where a parameter is not known.
    pub fn evaluated(&self, value: &Value) -> Result<Value, Unresolved> {
        resolve(value, self)
    }

    /// The properties that are names, as far as they can be told before anything is there.
    fn names_only(&self, properties: &Value) -> Value {
        let entries = properties.as_object().into_iter().flatten();
        entries
            .filter(|(name, _)| name.ends_with("Name") || *name == "Path")
            .filter_map(|(name, value)| Some((name.clone(), resolve(value, self).ok()?)))
            .collect()
    }
}

impl<P: Fn(&str) -> Given> Scope for Foreseen<'_, P> {
    fn reference(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.pseudo.named(name) {
            return Some(value.into());
        }
        if let Some(identity) = self.identities.get(name) {
            return Some(identity.physical_id.as_str().into());
        }
        let declared = self.template.get("Parameters")?.get(name)?;
        let value = match (self.given)(name) {
            Given::Value(value) => Value::from(value),
            Given::Unknown => return None,
            Given::Default => declared.get("Default")?.clone(),
        };
        if declared.get("Type").and_then(Value::as_str) == Some("CommaDelimitedList") {
            return Some(value.as_str()?.split(',').map(str::trim).collect());
        }
        Some(value)
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        let attributes = &self.identities.get(logical_id)?.attributes;
        attributes.get(attribute).map(|value| value.as_str().into())
    }

    fn condition(&self, name: &str) -> Option<bool> {
        self.decided.holds(name, self.template.get("Conditions"), self)
    }
}

/// The resources of a template, whatever their conditions.
pub fn declared_in(template: &Value) -> impl Iterator<Item = ForeseenResource<'_>> {
    section(template, "Resources").map(|(logical_id, declared)| ForeseenResource {
        logical_id,
        resource_type: declared.get("Type").and_then(Value::as_str).unwrap_or_default(),
        declared,
    })
}

fn section<'a>(template: &'a Value, name: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let section = template.get(name).and_then(Value::as_object);
    section
        .into_iter()
        .flat_map(Map::iter)
        .map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Partition;

    fn pseudo() -> PseudoValues<'static> {
        PseudoValues {
            account: "111111111111",
            region: "us-east-1",
            partition: Partition::Aws,
            stack_name: "s",
            stack_id: None,
        }
    }

    #[test]
    fn what_is_given_decides_what_is_there_and_what_it_is_called() {
        let template = json!({
            "Parameters": {"Build": {"Default": "no"}, "From": {}},
            "Conditions": {"Builds": {"Fn::Equals": [{"Ref": "Build"}, "yes"]}},
            "Resources": {
                "Role": {"Type": "AWS::IAM::Role", "Condition": "Builds", "Properties": {"RoleName": "r", "Path": "/p/"}},
                "Topic": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain"},
            },
            "Outputs": {"Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
        });
        let ids = |given: fn(&str) -> Given| {
            let foreseen = Foreseen::of(&template, pseudo(), given);
            foreseen
                .resources()
                .map(|each| each.logical_id.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(|_| Given::Default), ["Topic"]);
        assert_eq!(ids(|_| Given::Value("yes".to_owned())), ["Role", "Topic"]);
        let foreseen = Foreseen::of(&template, pseudo(), |name: &str| match name {
            "Build" => Given::Value("yes".to_owned()),
            _ => Given::Unknown,
        });
        let (_, output) = foreseen.outputs().next().unwrap();
        let arn = foreseen.evaluated(output).unwrap();
        assert_eq!(arn, json!("arn:aws:iam::111111111111:role/p/r"));
        let unknown = foreseen.evaluated(&json!({"Ref": "From"}));
        assert_eq!(unknown, Err(Unresolved::Reference("From".to_owned())));
        let topic = foreseen.resources().nth(1).unwrap();
        assert!(topic.is_retained());
    }
}
