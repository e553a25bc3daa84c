/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything that was asked for is done, or is as it should be.
    Done,
    /// It is not, and it was said why.
    Failed,
    /// A plan has changes.
    Changes,
    /// Somebody lacks what they should have.
    Behind,
    /// The team is not deployed.
    NotDeployed,
    /// The command line could not be understood.
    Usage,
    /// Somebody stopped it.
    Interrupted,
}

/// All of them, for `--help`.
pub(super) const CODES: &str = include_str!("exit_codes.txt");

impl Exit {
    pub(super) fn of(success: bool) -> Self {
        if success { Self::Done } else { Self::Failed }
    }

    /// 64 is what `sysexits.h` calls wrong usage, 130 what shells make of Ctrl-C.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes => 2,
            Self::Behind => 3,
            Self::NotDeployed => 4,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CODES, Exit};

    #[test]
    fn each_code_means_one_thing_and_is_told() {
        let all = [
            Exit::Done,
            Exit::Failed,
            Exit::Changes,
            Exit::Behind,
            Exit::NotDeployed,
            Exit::Usage,
            Exit::Interrupted,
        ];
        let told = CODES
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().next());
        let codes: Vec<String> = all.iter().map(|exit| exit.code().to_string()).collect();
        assert_eq!(told.collect::<Vec<_>>(), codes);
    }
}
