/// How long an approval waits for somebody before the release fails: 5 minutes to 60 days.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html>
///
/// ```
/// # use pipeline_dsl::model::ApprovalTimeout;
/// const THREE_DAYS: ApprovalTimeout = ApprovalTimeout::days(3);
/// assert_eq!(THREE_DAYS.in_minutes(), 4_320);
/// assert!(ApprovalTimeout::try_from(4).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApprovalTimeout {
    minutes: u32,
}

/// No approval can wait that long, or that short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an approval cannot wait {0} minutes: write 5 minutes to 60 days")]
pub struct InvalidApprovalTimeout(u32);

impl ApprovalTimeout {
    /// Seven days: what CodePipeline itself waits.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html>
    pub const DEFAULT: Self = Self::days(7);

    const SHORTEST: u32 = 5;
    const LONGEST: u32 = 60 * 24 * 60;

    /// This many days, for literals.
    ///
    /// # Panics
    /// When it is not 1 to 60. In a `const` that is a compile error at the number.
    #[track_caller]
    pub const fn days(days: u32) -> Self {
        Self::checked(days.saturating_mul(24 * 60))
    }

    /// This many hours, for literals.
    ///
    /// # Panics
    /// When it is not 1 to 1,440. In a `const` that is a compile error at the number.
    #[track_caller]
    pub const fn hours(hours: u32) -> Self {
        Self::checked(hours.saturating_mul(60))
    }

    /// This many minutes, for literals.
    ///
    /// # Panics
    /// When it is not 5 to 86,400. In a `const` that is a compile error at the number.
    #[track_caller]
    pub const fn minutes(minutes: u32) -> Self {
        Self::checked(minutes)
    }

    #[track_caller]
    const fn checked(minutes: u32) -> Self {
        assert!(
            Self::SHORTEST <= minutes && minutes <= Self::LONGEST,
            "an approval waits 5 minutes to 60 days"
        );
        Self { minutes }
    }

    /// The text if it is right, and something in its place if not: what `team!` goes on with, beside a `new` that
    /// reports the mistake, so that one mistake is one error.
    #[doc(hidden)]
    pub const fn lenient(minutes: u32) -> Self {
        if Self::SHORTEST <= minutes && minutes <= Self::LONGEST {
            Self { minutes }
        } else {
            Self::DEFAULT
        }
    }

    /// The timeout in minutes.
    pub const fn in_minutes(self) -> u32 {
        self.minutes
    }
}

/// Minutes known at run time.
impl TryFrom<u32> for ApprovalTimeout {
    type Error = InvalidApprovalTimeout;
    fn try_from(minutes: u32) -> Result<Self, Self::Error> {
        if (Self::SHORTEST..=Self::LONGEST).contains(&minutes) {
            Ok(Self { minutes })
        } else {
            Err(InvalidApprovalTimeout(minutes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ApprovalTimeout;

    #[test]
    fn keeps_to_the_bounds_of_codepipeline() {
        assert_eq!(ApprovalTimeout::days(60).in_minutes(), 86_400);
        assert_eq!(ApprovalTimeout::hours(1), ApprovalTimeout::minutes(60));
        for minutes in [0, 4, 86_401, u32::MAX] {
            assert!(ApprovalTimeout::try_from(minutes).is_err(), "{minutes}");
        }
    }
}
