/// Where the buildspec is.
#[derive(Debug, Clone)]
pub(crate) enum Buildspec {
    /// In the repository, at this path.
    File(String),
    /// This text.
    Inline(String),
}
