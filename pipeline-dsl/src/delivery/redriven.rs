use super::error::DeliveryError;
use crate::model::Name;

/// What came of the dead letters of one place.
#[derive(Debug)]
#[non_exhaustive]
pub struct Redriven {
    /// Whose; nobody's in the build account.
    pub developer: Option<Name>,
    /// So many were taken.
    pub taken: usize,
    /// The stacks that a pipeline could not create at first, each `account/region/name`: they are deleted, and the pipeline is
    /// started again.
    pub replaced: Vec<String>,
    /// The stacks that could not be looked at or deleted, and the pipelines that could not be started, each with the reason.
    pub unreplaced: Vec<(String, DeliveryError)>,
    /// Why the others stay, each.
    pub refused: Vec<String>,
    /// Why the account could not be asked.
    pub error: Option<DeliveryError>,
}

impl Redriven {
    pub(super) const fn of(developer: Option<Name>) -> Self {
        Self {
            developer,
            taken: 0,
            replaced: Vec::new(),
            unreplaced: Vec::new(),
            refused: Vec::new(),
            error: None,
        }
    }
}
