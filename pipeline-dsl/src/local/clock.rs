use serde::{Deserialize, Serialize};

/// A moment of the local cloud, in seconds since its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub(crate) struct Moment(u64);

/// Time in the local cloud: it passes with what happens, so that the same program leaves the same state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    now: Moment,
}

impl Clock {
    /// The next moment.
    pub(crate) fn tick(&mut self) -> Moment {
        self.now.0 += 1;
        self.now
    }

    /// The moment that it is.
    pub(crate) fn now(&self) -> Moment {
        self.now
    }

    /// Goes on behind a moment of an earlier run.
    pub(crate) fn catch_up(&mut self, moment: Moment) {
        self.now = self.now.max(moment);
    }
}

impl Moment {
    pub(crate) fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// So many seconds later.
    pub(crate) fn after(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds since 1970: the local cloud begins with the year 2026.
    pub(crate) fn epoch_seconds(self) -> u64 {
        1_767_225_600 + self.0
    }

    pub(crate) fn seconds(self) -> u64 {
        self.0
    }

    /// As HTTP writes it.
    pub(crate) fn to_http_date(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let timestamp = self.to_timestamp();
        let part = |from: usize, to: usize| timestamp.get(from..to).unwrap_or_default();
        let month = part(5, 7).parse::<usize>().unwrap_or(1).saturating_sub(1);
        format!(
            "{}, {} {} {} {} GMT",
            // 2026 begins with a Thursday.
            DAYS.iter()
                .cycle()
                .nth(usize::try_from(self.0 / 86_400 % 7).unwrap_or_default())
                .unwrap_or(&"Thu"),
            part(8, 10),
            MONTHS.get(month).unwrap_or(&"Jan"),
            part(0, 4),
            part(11, 19),
        )
    }

    /// As AWS writes it; the local cloud begins with the year 2026.
    pub(crate) fn to_timestamp(self) -> String {
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
        assert_eq!(
            Moment(86_400 + 61).to_http_date(),
            "Fri, 02 Jan 2026 00:01:01 GMT"
        );
        assert_eq!(Moment(86_400 * 58 + 61).to_timestamp(), "2026-02-28T00:01:01Z");
        assert_eq!(
            Moment(86_400 * (365 + 365 + 59)).to_timestamp(),
            "2028-02-29T00:00:00Z"
        );
    }
}
