//! Where a stack stands.

use crate::cloudformation::StackKey;
use crate::model::{AccountId, Name, Region};

/// A stack in an account and region.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Which stack.
    pub stack: StackKey,
    /// Its name there.
    pub name: String,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// Whose it is, where it is a developer's.
    pub developer: Option<Name>,
    /// The service that it is for, where it is for one.
    pub service: Option<Name>,
    /// The parameters that differ from place to place.
    pub parameters: Vec<(String, String)>,
}
