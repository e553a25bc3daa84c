/// An account and a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Place {
    /// The place that an ARN names.
    pub(crate) fn of_arn(arn: &str) -> Self {
        let mut parts = arn.split(':').skip(3);
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let region = next();
        Self {
            account: next(),
            region,
        }
    }
}
