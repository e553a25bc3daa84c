//! What is being done to a stack.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::definition::Definition;
use super::document::Document;
use super::resource::StackResource;
use crate::cloudformation::decided::Decided;

/// Something that is being done to a stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Execution {
    pub(crate) kind: Kind,
    pub(crate) wanted: Definition,
    pub(crate) token: Option<String>,
    pub(crate) done: BTreeSet<String>,
    /// The resources as they were, for the way back.
    pub(crate) before: IndexMap<String, StackResource>,
    /// What others have taken the place of.
    pub(crate) replaced: Vec<(String, StackResource)>,
    #[serde(skip)]
    pub(crate) prepared: Option<Arc<Prepared>>,
    /// So many looks nothing happens.
    #[serde(default)]
    pub(crate) idle: u32,
    /// Whether what exists already is taken into the stack.
    #[serde(default)]
    pub(crate) imports: bool,
    /// The bytes of the properties so far.
    #[serde(default)]
    pub(crate) size: usize,
    /// What is not to be rolled back.
    #[serde(default)]
    pub(crate) skipped: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Create,
    Update,
    RollBackCreate,
    RollBackUpdate,
    Delete,
}

/// What is known of a definition once it was read.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Document,
    /// The resources whose conditions hold, each with those that it needs.
    pub(crate) needs: BTreeMap<String, BTreeSet<String>>,
    pub(crate) decided: Decided,
}
