//! What a plan means beside its changes: for the pipeline that deploys the team's own program, and for developers.

use crate::delivery::Arriving;

/// What a plan means.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    /// Why the pipeline could not deploy this, each with what to do.
    pub(super) refused: Vec<Remark>,
    /// Where it cannot go yet.
    pub(super) notes: Vec<Remark>,
    /// What developers get with it.
    pub(super) arriving: Vec<Arriving>,
}

/// A sentence, and what to do about it.
#[derive(Debug)]
pub(super) struct Remark {
    pub(super) text: String,
    pub(super) help: String,
}
