//! What a rehearsal is told to let happen, and when.

/// Pushes and outages, by simulated time. Names that the team does not have are passed over: [`Scenario`](super::Scenario)
/// is what checks them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The pushes.
    pub pushes: Vec<ScriptedPush>,
    /// The times at which accounts do not answer.
    pub outages: Vec<Outage>,
    /// The stages of the build account's pipelines that fail.
    pub fail: Vec<String>,
    /// Whether everything is announced twice.
    pub twice: bool,
    /// Whether approvals are given.
    pub approve: bool,
    /// What makes things happen in another order, always the same for the same number.
    pub seed: Option<u64>,
}

/// A push to a service's repository, or to a developer's fork of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedPush {
    /// When, in seconds.
    pub at: u64,
    /// The service.
    pub service: String,
    /// The developer who pushes to their fork; nobody, when it is a push upstream.
    pub by: Option<String>,
    /// Whether what is built is announced half an hour late.
    pub late: bool,
}

/// A developer's account that does not answer for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The developer.
    pub developer: String,
    /// From when, in seconds.
    pub from: u64,
    /// Until when.
    pub until: u64,
}
