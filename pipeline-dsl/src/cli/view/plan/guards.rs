//! A guard that comes, goes or changes, in words.

use super::values;
use crate::deploy::GuardChange;

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;

/// `- stage release: nobody is asked before prod, apac any more`; with `all` values are said in full.
pub(super) fn line(change: &GuardChange, all: bool) -> String {
    let before = |places: &[String]| match places {
        [] => String::new(),
        places => format!(" before {}", places.join(", ")),
    };
    match change {
        GuardChange::ApprovalRemoved { stage, places } => {
            format!("- stage {stage}: nobody is asked{} any more", before(places))
        }
        GuardChange::ApprovalAdded { stage, places } => {
            format!("+ stage {stage}: somebody is asked{}", before(places))
        }
        GuardChange::ApprovalTimeout { stage, before, after } => format!(
            "~ stage {stage}: the approval is waited for {}, no longer {}",
            duration(*after),
            duration(*before)
        ),
        GuardChange::ApprovalConditions { stage } => {
            format!("~ stage {stage}: somebody is asked under other conditions")
        }
        GuardChange::Privileged => {
            "+ builds are privileged: they have root's power over the machine that they run on".to_owned()
        }
        GuardChange::BuiltFrom(change) => {
            let value = values::line(change, all);
            format!("~ what is built: {}", value.trim_start_matches("~ "))
        }
        GuardChange::Unread { property } => format!("~ {property}: it cannot be read, and has changed"),
    }
}

/// `3 days`, as long as nothing is left over.
fn duration(minutes: u64) -> String {
    let (count, unit) = match minutes {
        days if days > 0 && days % DAY == 0 => (days / DAY, "day"),
        hours if hours > 0 && hours % HOUR == 0 => (hours / HOUR, "hour"),
        minutes => (minutes, "minute"),
    };
    match count {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_are_in_words() {
        let said = [4_320, 1_440, 120, 90, 1].map(duration);
        assert_eq!(said, ["3 days", "1 day", "2 hours", "90 minutes", "1 minute"]);
    }
}
