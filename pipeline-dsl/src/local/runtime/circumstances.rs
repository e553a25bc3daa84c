use std::collections::BTreeMap;

/// What is out of the ordinary while the cloud runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Circumstances {
    /// By account, from when until when it does not answer, in seconds since the beginning.
    pub(crate) outages: BTreeMap<String, Vec<(u64, u64)>>,
    /// By account and stage, why the change sets of a pipeline fail.
    pub(crate) failing_stages: BTreeMap<(String, String), String>,
    /// Whether topics deliver each message twice.
    pub(crate) delivers_twice: bool,
    /// Whether approvals are given at once; else they are waited for.
    pub(crate) approves: bool,
}

impl Circumstances {
    /// When an account answers again that does not answer at a moment.
    pub(crate) fn down_until(&self, account: &str, now: u64) -> Option<u64> {
        let mut outages = self.outages.get(account)?.iter();
        let (_, until) = outages.find(|(from, until)| (*from..*until).contains(&now))?;
        Some(*until)
    }
}
