use serde::{Deserialize, Serialize};

/// A moment of the local cloud, in seconds since its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub(super) struct Moment(u64);

/// Time in the local cloud: it passes with what happens, so that the same program leaves the same state.
#[derive(Debug, Default)]
pub(super) struct Clock {
    now: Moment,
}

impl Clock {
    /// The next moment.
    pub(super) fn tick(&mut self) -> Moment {
        self.now.0 += 1;
        self.now
    }

    /// Goes on behind a moment of an earlier run.
    pub(super) fn catch_up(&mut self, moment: Moment) {
        self.now = self.now.max(moment);
    }
}

impl Moment {
    /// As AWS writes it; the local cloud begins with the year 2026.
    pub(super) fn to_timestamp(self) -> String {
        let (days, seconds) = (self.0 / 86_400, self.0 % 86_400);
        let (mut year, mut day) = (2026, days);
        let length = |year: u64| if year.is_multiple_of(4) { 366 } else { 365 };
        while day >= length(year) {
            day -= length(year);
            year += 1;
        }
        let february = length(year) - 337;
        let mut month = 1;
        for days_of_month in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if day < days_of_month {
                break;
            }
            day -= days_of_month;
            month += 1;
        }
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        format!(
            "{year}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
            day + 1
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn timestamps_are_of_the_calendar() {
        assert_eq!(Moment(0).to_timestamp(), "2026-01-01T00:00:00Z");
        assert_eq!(Moment(86_400 * 58 + 61).to_timestamp(), "2026-02-28T00:01:01Z");
        assert_eq!(
            Moment(86_400 * (365 + 365 + 59)).to_timestamp(),
            "2028-02-29T00:00:00Z"
        );
    }
}
