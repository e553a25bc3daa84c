//! The hosts of repositories that a connection can go to, as `team!` and included files name them.

use std::fmt;

/// A host, as [`pipeline_dsl::model::Provider`](https://docs.rs/pipeline-dsl/latest/pipeline_dsl/model/enum.Provider.html)
/// has it: its variants have the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    GitHub,
    GitLab,
    Bitbucket,
}

impl Provider {
    const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Bitbucket];

    /// The keyword, which is also the name of the connection's constant and constructor.
    pub(crate) const fn keyword(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Bitbucket => "bitbucket",
        }
    }

    pub(crate) fn of_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.keyword() == keyword)
    }

    pub(crate) fn keywords() -> [&'static str; Self::ALL.len()] {
        Self::ALL.map(Self::keyword)
    }

    /// What is expected in place of a keyword: "`github`, `gitlab` or `bitbucket`".
    pub(crate) fn expected() -> String {
        let quoted = Self::ALL.map(|each| format!("`{}`", each.keyword()));
        match quoted.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
            _ => quoted.join(""),
        }
    }
}

/// The name of the variant in the library.
impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}
