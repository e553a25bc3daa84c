//! A resource of a stack, and what somebody has done to it behind CloudFormation's back.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::properties::Properties;

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StackResource {
    pub(crate) resource_type: String,
    /// What `Ref` returns.
    pub(crate) physical_id: String,
    /// What `Fn::GetAtt` returns.
    pub(crate) attributes: BTreeMap<String, String>,
    /// Its properties, intrinsics evaluated.
    pub(crate) properties: Properties,
    /// Whether it stays when it leaves the stack.
    pub(crate) retained: bool,
    /// The names under which nothing else can exist.
    pub(crate) identities: Vec<String>,
    /// What was done to it behind CloudFormation's back.
    #[serde(default)]
    pub(crate) drift: Option<Drift>,
}

/// What was done to a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Drift {
    /// Its properties were changed; CloudFormation expects these.
    Changed(Properties),
    /// It was deleted.
    Gone,
}

impl StackResource {
    /// The properties that CloudFormation gave it.
    pub(crate) fn expected(&self) -> &Properties {
        match &self.drift {
            Some(Drift::Changed(expected)) => expected,
            Some(Drift::Gone) | None => &self.properties,
        }
    }

    /// Whether somebody has deleted it.
    pub(crate) fn is_gone(&self) -> bool {
        self.drift == Some(Drift::Gone)
    }

    pub(crate) fn drift_status(&self) -> &'static str {
        match &self.drift {
            Some(Drift::Gone) => "DELETED",
            Some(Drift::Changed(expected)) if *expected != self.properties => "MODIFIED",
            Some(Drift::Changed(_)) | None => "IN_SYNC",
        }
    }
}
