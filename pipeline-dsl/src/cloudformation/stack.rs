use std::marker::PhantomData;

use indexmap::IndexMap;
use serde_json::Value;

use super::condition::Condition;
use super::handle::{Handle, StackKey};
use super::logical_names::{ConditionRef, ParameterRef};
use super::parameter::Parameter;
use super::template::{DeletionPolicy, Output, Resource, Template};
use super::text::Text;
use super::types::resource_type::{Attribute, HasArn, ResourceType};

/// What one stack needs of another, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The stack that has it.
    pub provider: StackKey,
    /// The resource there.
    pub resource: String,
    /// Why it is needed, as a clause: "the pipeline decrypts its artifacts with it".
    pub reason: &'static str,
    /// The parameter here and the output there that carry the value; `None` when the name is computed.
    pub carried: Option<Carried>,
}

/// How a value travels from one stack to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The parameter of the stack that needs it.
    pub parameter: ParameterRef,
    /// The output of the stack that provides it.
    pub output: String,
    /// What the output shows.
    value: Text,
}

/// A stack being written: a template, and what it needs of other stacks.
#[derive(Debug, Clone)]
pub struct Stack {
    key: StackKey,
    template: Template,
    imports: Vec<Import>,
    defects: Vec<Defect>,
}

/// A resource that cannot be added to a stack as it was asked for: a defect of what builds the stack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Defect {
    /// There is another of this logical id.
    #[error("there are two resources `{0}`")]
    Taken(String),
    /// Its properties cannot be written as JSON.
    #[error("the properties of resource `{resource}` cannot be written: {reason}")]
    Unwritten {
        /// Its logical id.
        resource: String,
        /// Why.
        reason: String,
    },
}

impl Stack {
    /// An empty stack.
    pub fn new(key: StackKey, description: impl Into<String>) -> Self {
        Self {
            key,
            template: Template::new(description.into()),
            imports: Vec::new(),
            defects: Vec::new(),
        }
    }

    /// What could not be added to it. A stack that has defects is not synthesized.
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// Which stack of the team it is.
    pub fn key(&self) -> &StackKey {
        &self.key
    }

    /// Its template so far.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// What it needs of other stacks.
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// Adds a resource. One that cannot be added is a defect of the stack.
    pub fn add<T: ResourceType>(&mut self, logical_id: impl Into<String>, resource: &T) -> Handle<T> {
        let logical_id = logical_id.into();
        let properties = match serde_json::to_value(resource) {
            Ok(Value::Object(properties)) => properties,
            Ok(other) => self.unwritten(&logical_id, format_args!("they are {other}")),
            Err(error) => self.unwritten(&logical_id, error),
        };
        let entry = Resource {
            r#type: T::KIND,
            condition: None,
            depends_on: Vec::new(),
            deletion_policy: None,
            update_replace_policy: None,
            properties,
        };
        if self.template.resources.contains_key(&logical_id) {
            self.defects.push(Defect::Taken(logical_id.clone()));
        } else {
            self.template.resources.insert(logical_id.clone(), entry);
        }
        Handle {
            stack: self.key.clone(),
            logical_id,
            known: None,
            kind: PhantomData,
        }
    }

    fn unwritten(
        &mut self,
        resource: &str,
        reason: impl std::fmt::Display,
    ) -> serde_json::Map<String, Value> {
        self.defects.push(Defect::Unwritten {
            resource: resource.to_owned(),
            reason: reason.to_string(),
        });
        serde_json::Map::new()
    }

    /// Keeps a resource when it leaves the template: it holds data, or the key to data.
    pub fn retain<T>(&mut self, handle: &Handle<T>) {
        if let Some(resource) = self.own(handle) {
            resource.deletion_policy = Some(DeletionPolicy::RetainExceptOnCreate);
            resource.update_replace_policy = Some(DeletionPolicy::Retain);
        }
    }

    /// Deletes a resource when it leaves the template, though it may hold something: logs, messages.
    pub fn discard<T>(&mut self, handle: &Handle<T>) {
        if let Some(resource) = self.own(handle) {
            resource.deletion_policy = Some(DeletionPolicy::Delete);
            resource.update_replace_policy = Some(DeletionPolicy::Delete);
        }
    }

    /// Creates a resource only when a condition holds.
    pub fn only_if<T>(&mut self, handle: &Handle<T>, condition: &ConditionRef) {
        if let Some(resource) = self.own(handle) {
            resource.condition = Some(condition.name().to_owned());
        }
    }

    /// Creates `later` only after `earlier`, though it does not refer to it.
    pub fn depends_on<T, U>(&mut self, later: &Handle<T>, earlier: &Handle<U>) {
        let earlier = earlier.logical_id.clone();
        if let Some(resource) = self.own(later) {
            resource.depends_on.push(earlier);
        }
    }

    fn own<T>(&mut self, handle: &Handle<T>) -> Option<&mut Resource> {
        debug_assert_eq!(handle.stack, self.key, "a stack changes its own resources only");
        self.template.resources.get_mut(&handle.logical_id)
    }

    /// Adds a parameter that the deployer gives.
    pub fn parameter(&mut self, name: impl Into<String>, parameter: Parameter) -> ParameterRef {
        let name = name.into();
        let is_taken = self.template.resources.contains_key(&name)
            || self.template.parameters.insert(name.clone(), parameter).is_some();
        if is_taken {
            self.defects.push(Defect::Taken(name.clone()));
        }
        ParameterRef::new(name)
    }

    /// Adds a condition.
    pub fn condition(&mut self, name: impl Into<String>, condition: Condition) -> ConditionRef {
        let name = name.into();
        self.template.conditions.insert(name.clone(), condition);
        ConditionRef::new(name)
    }

    /// Notes something that changes no resource.
    pub fn metadata(&mut self, name: impl Into<String>, value: Value) {
        self.template.metadata.insert(name.into(), value);
    }

    /// Shows a value that no other stack takes.
    pub fn output(&mut self, name: impl Into<String>, description: impl Into<String>, value: Text) {
        let output = Output {
            description: description.into(),
            value,
        };
        self.template.outputs.insert(name.into(), output);
    }

    /// What `Ref` returns for a resource of this or another stack. Across stacks the reason becomes an edge.
    pub fn reference<T: ResourceType>(&mut self, handle: &Handle<T>, reason: &'static str) -> Text {
        let known = handle.known.as_ref().map(|known| known.reference.clone());
        self.resolve(handle, Attribute::Ref, known, reason)
    }

    /// The ARN of a resource of this or another stack. Across stacks the reason becomes an edge.
    pub fn arn<T: HasArn>(&mut self, handle: &Handle<T>, reason: &'static str) -> Text {
        let known = handle.known.as_ref().map(|known| known.arn.clone());
        self.resolve(handle, T::ARN, known, reason)
    }

    /// Makes this stack wait for a resource of another, without using anything of it.
    pub fn wait_for<T>(&mut self, handle: &Handle<T>, reason: &'static str) {
        self.import(handle, reason, None);
    }

    fn resolve<T>(
        &mut self,
        handle: &Handle<T>,
        attribute: Attribute,
        known: Option<Text>,
        reason: &'static str,
    ) -> Text {
        if handle.stack == self.key {
            return attribute.of(&handle.logical_id);
        }
        if let Some(known) = known {
            self.import(handle, reason, None);
            return known;
        }
        let output = format!("{}{}", handle.logical_id, attribute.suffix());
        let name = format!("{}{output}", crate::model::pascal_case(handle.stack.as_str()));
        let parameter = if self.template.parameters.contains_key(&name) {
            ParameterRef::new(name)
        } else {
            let description = format!("{output} of the stack {}", handle.stack);
            self.parameter(name, Parameter::string(description))
        };
        let value = parameter.value();
        let carried = Carried {
            parameter,
            output,
            value: attribute.of(&handle.logical_id),
        };
        self.import(handle, reason, Some(carried));
        value
    }

    fn import<T>(&mut self, handle: &Handle<T>, reason: &'static str, carried: Option<Carried>) {
        let import = Import {
            provider: handle.stack.clone(),
            resource: handle.logical_id.clone(),
            reason,
            carried,
        };
        if !self.imports.contains(&import) {
            self.imports.push(import);
        }
    }

    /// Adds the outputs that other stacks import of this one.
    pub fn provide<'a>(&mut self, imports: impl IntoIterator<Item = &'a Import>) {
        let mut outputs: IndexMap<&str, &Carried> = IndexMap::new();
        for import in imports.into_iter().filter(|import| import.provider == self.key) {
            if let Some(carried) = &import.carried {
                outputs.entry(&carried.output).or_insert(carried);
            }
        }
        outputs.sort_unstable_keys();
        for (name, carried) in outputs {
            let output = Output {
                description: format!("A parameter of other stacks of the team: {name}"),
                value: carried.value.clone(),
            };
            self.template.outputs.insert(name.to_owned(), output);
        }
    }
}

/// The key of a stack that there is one of for each service, region or account.
impl StackKey {
    /// `service-orders`: this stack for one name.
    pub fn of(kind: &str, name: impl std::fmt::Display) -> Self {
        Self::new(format!("{kind}-{name}"))
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::{Defect, Stack};
    use crate::cloudformation::ResourceKind;
    use crate::cloudformation::StackKey;
    use crate::cloudformation::type_facts::TypeFacts;
    use crate::cloudformation::types::kms::Alias;
    use crate::cloudformation::types::resource_type::ResourceType;

    #[test]
    fn a_logical_id_is_taken_once() {
        let mut stack = Stack::new(StackKey::new("build"), "Builds");
        let alias = |name: &str| Alias {
            alias_name: format!("alias/{name}"),
            target_key_id: "key".into(),
        };
        stack.add("Alias", &alias("first"));
        assert_eq!(stack.defects(), []);
        stack.add("Alias", &alias("second"));
        assert_eq!(stack.defects(), [Defect::Taken("Alias".to_owned())]);
        let kept = &stack.template().resources()["Alias"];
        assert_eq!(kept.properties()["AliasName"], "alias/first");
    }

    #[test]
    fn properties_are_an_object() {
        #[derive(Serialize)]
        struct List(Vec<u8>);
        impl ResourceType for List {
            const KIND: ResourceKind = ResourceKind::Alias;
            const FACTS: TypeFacts = Alias::FACTS;
        }
        let mut stack = Stack::new(StackKey::new("build"), "Builds");
        stack.add("List", &List(vec![1]));
        let defect = stack.defects().first().unwrap().to_string();
        assert_eq!(
            defect,
            "the properties of resource `List` cannot be written: they are [1]"
        );
    }
}
