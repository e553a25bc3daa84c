use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::condition::Condition;
use super::parameter::Parameter;
use super::text::Text;
use super::types::resource_kind::ResourceKind;

/// A template: the document that CloudFormation deploys.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    format_version: &'static str,
    pub(super) description: String,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) metadata: IndexMap<String, Value>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) parameters: IndexMap<String, Parameter>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) conditions: IndexMap<String, Condition>,
    pub(super) resources: IndexMap<String, Resource>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) outputs: IndexMap<String, Output>,
}

impl Template {
    pub(super) fn new(description: String) -> Self {
        Self {
            format_version: "2010-09-09",
            description,
            metadata: IndexMap::new(),
            parameters: IndexMap::new(),
            conditions: IndexMap::new(),
            resources: IndexMap::new(),
            outputs: IndexMap::new(),
        }
    }

    /// What it is for, as the console shows it.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Its parameters by name.
    pub fn parameters(&self) -> &IndexMap<String, Parameter> {
        &self.parameters
    }

    /// Its resources by logical id, in the order they were added.
    pub fn resources(&self) -> &IndexMap<String, Resource> {
        &self.resources
    }

    /// The template with one more output.
    #[must_use]
    pub fn with_output(mut self, name: &str, description: &str, value: Text) -> Self {
        let output = Output {
            description: description.to_owned(),
            value,
        };
        self.outputs.insert(name.to_owned(), output);
        self
    }

    /// Its outputs by name.
    pub fn outputs(&self) -> &IndexMap<String, Output> {
        &self.outputs
    }
}

/// A resource of a template.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    pub(super) r#type: ResourceKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) depends_on: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deletion_policy: Option<DeletionPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update_replace_policy: Option<DeletionPolicy>,
    pub(super) properties: Map<String, Value>,
}

impl Resource {
    /// Its type.
    pub fn kind(&self) -> ResourceKind {
        self.r#type
    }

    /// Its properties, spelled as AWS spells them.
    pub fn properties(&self) -> &Map<String, Value> {
        &self.properties
    }

    /// What must be there before it, beside what it refers to.
    pub fn depends_on(&self) -> &[String] {
        &self.depends_on
    }
}

/// What happens to a resource that leaves the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DeletionPolicy {
    /// It stays in the account.
    Retain,
    /// It stays in the account, unless its very creation is rolled back: what was never used must not stand in
    /// the way of the next attempt.
    RetainExceptOnCreate,
    /// It is deleted, and that is meant.
    Delete,
}

/// A value that a stack shows; never an export, which would lock it in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    pub(super) description: String,
    pub(super) value: Text,
}
