//! What a plan means for the pipeline that deploys the team's own program.

/// What a plan means for the pipeline.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    /// Why it could not deploy this, each with what to do.
    pub(super) refused: Vec<Remark>,
    /// Where it cannot go yet.
    pub(super) notes: Vec<Remark>,
}

/// A sentence, and what to do about it.
#[derive(Debug)]
pub(super) struct Remark {
    pub(super) text: String,
    pub(super) help: String,
}
