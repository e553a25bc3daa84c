//! Why things failed: what failed for one reason is one error, however many accounts it is told of.

use indexmap::IndexMap;

use super::names::first_of;
use crate::cli::printer::Printer;
use crate::model::Region;

/// As many places are named for one reason.
const NAMED: usize = 8;
/// As many reasons are told: where each place has one of its own, what is common to them is seen by then.
const TOLD: usize = 10;

/// What failed where, and why.
#[derive(Debug, Default)]
pub(crate) struct Causes {
    causes: IndexMap<(String, Option<String>), Vec<Failed>>,
}

#[derive(Debug)]
struct Failed {
    place: String,
    reason: String,
    help: Option<String>,
}

impl Causes {
    pub(crate) fn add(&mut self, place: impl Into<String>, reason: String, help: Option<String>) {
        let cause = (without_places(&reason), help.as_deref().map(without_places));
        let place = place.into();
        let failed = Failed { place, reason, help };
        self.causes.entry(cause).or_default().push(failed);
    }

    /// For each cause one error: where, the first reason, and what to do.
    pub(crate) fn print(&self, printer: &Printer) {
        let told = if printer.is_verbose() {
            self.causes.len()
        } else {
            TOLD
        };
        for failed in self.causes.values().take(told) {
            match (printer.is_verbose(), failed.as_slice()) {
                (false, [first, ..]) => {
                    let places: Vec<&str> = failed.iter().map(|failed| failed.place.as_str()).collect();
                    one(&first_of(&places, NAMED), first, printer);
                    let differ = failed.iter().any(|failed| failed.reason != first.reason);
                    if differ || places.len() > NAMED {
                        printer.error(&format!(
                            "  note: {} failed for the same reason; `--verbose` tells each",
                            places.len()
                        ));
                    }
                }
                _ => {
                    for failed in failed {
                        one(&failed.place, failed, printer);
                    }
                }
            }
        }
        if let more @ 1.. = self.causes.len().saturating_sub(told) {
            printer.error(&format!(
                "  note: {more} more failed for other reasons; `--verbose` tells each"
            ));
        }
    }
}

fn one(places: &str, failed: &Failed, printer: &Printer) {
    printer.error(&format!("error: {places}: {}", failed.reason));
    if let Some(help) = &failed.help {
        printer.error(&format!("  help: {help}"));
    }
}

/// A reason without what differs from account to account: their ids, regions, and the ids of requests.
pub(crate) fn without_places(reason: &str) -> String {
    const ACCOUNT: usize = 12;
    const REQUEST: usize = 16;
    let of_word = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut left = String::new();
    let mut rest = reason;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character| of_word(character) != of_word(first));
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        let is_account = word.len() == ACCOUNT && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_request = word.len() >= REQUEST
            && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
            && word.bytes().any(|byte| byte.is_ascii_digit());
        left += match () {
            () if is_account => "ACCOUNT",
            () if is_request => "REQUEST",
            () if word.parse::<Region>().is_ok() => "REGION",
            () => word,
        };
    }
    left
}

#[cfg(test)]
mod tests {
    use super::{Causes, without_places};
    use crate::cli::Printer;

    fn refused(account: &str) -> String {
        format!(
            "`arn:aws:iam::{account}:role/deployer` cannot be assumed: AssumeRole failed: not authorized \
             (AccessDenied, 1b2c3d4e-0000-1111-2222-{account})"
        )
    }

    #[test]
    fn one_cause_is_one_error() {
        let mut causes = Causes::default();
        for account in 0..40 {
            let account = format!("{:012}", 100_000_000_000_u64 + account);
            causes.add(
                format!("{account}/us-east-1/a"),
                refused(&account),
                Some("mend it".to_owned()),
            );
        }
        causes.add("b", "something else".to_owned(), None);
        let printer = Printer::in_memory();
        causes.print(&printer);
        let said = printer.printed().error;
        assert_eq!(
            said,
            format!(
                "error: 100000000000/us-east-1/a and 39 more: {}\n  help: mend it\n  note: 40 failed for the same reason; \
                 `--verbose` tells each\nerror: b: something else\n",
                refused("100000000000")
            )
        );
        let printer = Printer::in_memory().verbose(true);
        causes.print(&printer);
        assert_eq!(printer.printed().error.matches("error: ").count(), 41);
    }

    #[test]
    fn of_many_reasons_the_first_are_told() {
        let mut causes = Causes::default();
        for number in 0..30 {
            causes.add("a", format!("reason {number}"), None);
        }
        let printer = Printer::in_memory();
        causes.print(&printer);
        let said = printer.printed().error;
        assert_eq!(said.matches("error: ").count(), 10);
        assert!(said.ends_with("  note: 20 more failed for other reasons; `--verbose` tells each\n"));
    }

    #[test]
    fn only_places_are_left_out() {
        assert_eq!(
            without_places("https://sts.eu-west-1.amazonaws.com: 500, 111111111111 and 1234"),
            "https://sts.REGION.amazonaws.com: 500, ACCOUNT and 1234"
        );
    }
}
