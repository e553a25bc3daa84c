//! A resource as it is once it is deployed.

use std::sync::Arc;

use serde_json::{Value, json};

use super::identity::{Home, Identity};
use crate::cloudformation::resolve::Unresolved;
use crate::cloudformation::types::codepipeline::{DeclaredPipeline, UnreadAction};
use crate::cloudformation::types::lambda::permission_statement;
use crate::cloudformation::{Policies, ResourceKind};
use crate::model::Name;

/// A template that the proof cannot read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not JSON.
    #[error("the template of stack `{0}` is not JSON")]
    Json(String),
    /// A resource is of a type of which nothing is known.
    #[error(
        "resource `{resource}` of stack `{stack}` is of type {found}, which is in no template of pipeline-dsl"
    )]
    Type {
        /// The stack.
        stack: String,
        /// The resource.
        resource: String,
        /// Its type, as JSON.
        found: String,
    },
    /// A pipeline has an action of which nothing is known.
    #[error("pipeline `{resource}` of stack `{stack}`: {source}")]
    Action {
        /// The stack.
        stack: String,
        /// The pipeline.
        resource: String,
        /// What is not known.
        source: UnreadAction,
    },
    /// An intrinsic function stands for nothing.
    #[error("resource `{resource}` of stack `{stack}`: {source}")]
    Unresolved {
        /// The stack.
        stack: String,
        /// The resource.
        resource: String,
        /// What is missing.
        source: Unresolved,
    },
    /// A policy with a statement that is none.
    #[error("resource `{resource}` of stack `{stack}`: {source}")]
    Statement {
        /// The stack.
        stack: String,
        /// The resource.
        resource: String,
        /// What is wrong.
        source: crate::policy::MalformedStatement,
    },
}

/// A resource that is there.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Resource {
    pub(in crate::proof) stack: String,
    pub(in crate::proof) developer: Option<Name>,
    /// The service that its stack is for.
    pub(in crate::proof) service: Option<Name>,
    pub(in crate::proof) logical_id: String,
    pub(in crate::proof) kind: ResourceKind,
    pub(in crate::proof) home: Home,
    pub(in crate::proof) identity: Identity,
    pub(in crate::proof) properties: Arc<Value>,
    /// What its properties declare, where it is a pipeline.
    pub(in crate::proof) pipeline: Option<Arc<DeclaredPipeline>>,
}

impl Resource {
    /// Reads its properties as a pipeline's, where it is one.
    ///
    /// # Errors
    /// When the pipeline has an action of which nothing is known.
    pub(in crate::proof) fn reading_pipeline(mut self) -> Result<Self, Unreadable> {
        if self.kind == ResourceKind::Pipeline {
            let declared = DeclaredPipeline::read(&self.properties);
            let declared = declared.map_err(|source| Unreadable::Action {
                stack: self.stack.clone(),
                resource: self.logical_id.clone(),
                source,
            })?;
            self.pipeline = Some(Arc::new(declared));
        }
        Ok(self)
    }

    /// Whether it is a bucket that announces its new objects: builds are put into it.
    pub(in crate::proof) fn announces_objects(&self) -> bool {
        self.properties.get("NotificationConfiguration").is_some()
    }
}

/// The properties of a Lambda permission with the policy that Lambda makes of it.
pub(in crate::proof) fn with_statement(
    kind: ResourceKind,
    mut properties: Arc<Value>,
    arn_of: impl Fn(&str) -> Option<String>,
) -> Arc<Value> {
    if !matches!(kind.facts().policies, Policies::StatementOnFunction) {
        return properties;
    }
    let function = properties.get("FunctionName").and_then(Value::as_str);
    let function = function.unwrap_or_default();
    let arn = arn_of(function).unwrap_or_else(|| function.to_owned());
    let statement = permission_statement(&properties, &arn);
    if let Some(properties) = Arc::make_mut(&mut properties).as_object_mut() {
        properties.insert("PolicyDocument".to_owned(), json!({"Statement": [statement]}));
    }
    properties
}
