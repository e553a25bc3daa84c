//! What a stack leaves when it is as the program says.

use std::collections::BTreeMap;

use crate::deploy::report::outcome::Outcome;
use crate::deploy::report::summary::HasOutcome;
use crate::deploy::walk::graph::Leaves;

/// The outputs of a stack by name.
pub(crate) type Outputs = BTreeMap<String, String>;

/// A stack that is as the assembly says.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) outcome: Outcome,
    pub(crate) outputs: Outputs,
}

/// What a stack leaves for those that need it.
#[derive(Debug, Clone)]
pub(crate) struct Left {
    pub(crate) outputs: Outputs,
    pub(crate) is_new: bool,
}

impl Leaves for Applied {
    type Left = Left;
    fn left(&self) -> Left {
        Left {
            outputs: self.outputs.clone(),
            is_new: self.outcome != Outcome::Unchanged,
        }
    }
}

impl HasOutcome for Applied {
    fn outcome(&self) -> Outcome {
        self.outcome
    }
}
