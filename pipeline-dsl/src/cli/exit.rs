/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything that was asked for is done.
    Done,
    /// It is not, and it was said why.
    Failed,
    /// A plan has changes.
    Changes,
    /// Somebody stopped it.
    Interrupted,
}

impl Exit {
    pub(super) fn of(success: bool) -> Self {
        match success {
            true => Self::Done,
            false => Self::Failed,
        }
    }

    /// 130 is what shells make of Ctrl-C.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes => 2,
            Self::Interrupted => 130,
        }
    }
}
