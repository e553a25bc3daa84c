use crate::diagnostic::SourceLocation;

/// What there is one of, said a second time: the first would be lost, and nobody would know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again {
    /// The call, as it is written.
    pub(crate) call: &'static str,
    pub(crate) first: SourceLocation,
    pub(crate) second: SourceLocation,
}

impl Again {
    /// Where it was said before, if it was.
    pub(crate) fn of(
        call: &'static str,
        first: Option<SourceLocation>,
        second: SourceLocation,
    ) -> Option<Self> {
        first.map(|first| Self { call, first, second })
    }
}
