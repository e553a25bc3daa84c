//! What AWS says, as far as a person reads it: without what moves a terminal's cursor, without keys, and not longer than a page.

use std::error::Error;

/// So many characters are kept. AWS's longest reasons, those of policies that are refused, have some thousand.
const LONGEST: usize = 2_000;

/// Words behind which a secret stands, in small letters and without what separates them.
const MARKS: &[&str] = &[
    "authorization",
    "credential",
    "secretaccesskey",
    "securitytoken",
    "sessiontoken",
    "accesskeyid",
    "signature",
    "bearer",
];

/// The longest of them, in letters.
const MARK: usize = 15;

/// How access keys begin.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
const KEYS: &[&str] = &["AKIA", "ASIA"];

/// No secret is shorter.
const SHORTEST: usize = 16;

/// What stands in place of what is not shown.
pub(crate) const HIDDEN: &str = "(hidden)";

/// An error and what led to it, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}

/// A text of somebody else's, as it may be printed.
pub(crate) fn printable(text: &str) -> String {
    without_secrets(&short(text))
}

/// The beginning of a text, on one line.
fn short(text: &str) -> String {
    let mut short = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            short.push('…');
            break;
        }
        // A control character, or one that turns the direction of the text around.
        let hidden = character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if !hidden {
            short.push(character);
        } else if !short.ends_with(' ') {
            short.push(' ');
        }
    }
    short.truncate(short.trim_end().len());
    short
}

/// The text with everything hidden that looks like a key, or stands behind a word that announces one.
fn without_secrets(text: &str) -> String {
    let of_word = |character: char| character.is_ascii_alphanumeric() || "+/_.%-".contains(character);
    let mut shown = String::new();
    // The last letters: a name may be one word or several.
    let mut letters = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character| of_word(character) != of_word(first));
        let (run, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        if !of_word(first) {
            shown.push_str(run);
            continue;
        }
        let announced = MARKS.iter().any(|mark| letters.ends_with(mark));
        let is_key = KEYS.iter().any(|key| run.starts_with(key));
        if run.len() >= SHORTEST && (announced || is_key) {
            shown.push_str(HIDDEN);
        } else {
            shown.push_str(run);
        }
        letters.extend(run.chars().filter(char::is_ascii_alphanumeric));
        letters.make_ascii_lowercase();
        let surplus = letters.len().saturating_sub(MARK);
        letters.drain(..surplus);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, printable};

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\r\n\tc\u{202e}d"), "a [2Jb c d");
        assert_eq!(printable("Größe: 5 MB\n"), "Größe: 5 MB");
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(printable(&"ä".repeat(LONGEST)).chars().count(), LONGEST);
        let cut = printable(&"ä".repeat(126_000_000));
        assert_eq!(cut.chars().count(), LONGEST + 1);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn keys_are_hidden() {
        for (text, shown) in [
            (
                "your secret access key: wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                "your secret access key: (hidden)",
            ),
            (
                "<SecretAccessKey>wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY</SecretAccessKey>",
                "<SecretAccessKey>(hidden)</SecretAccessKey>",
            ),
            (
                r#"{"SessionToken": "IQoJb3JpZ2luX2VjEXAMPLE=="}"#,
                r#"{"SessionToken": "(hidden)=="}"#,
            ),
            (
                "x-amz-security-token: IQoJb3JpZ2luX2VjEXAMPLE",
                "x-amz-security-token: (hidden)",
            ),
            (
                "Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1, Signature=fe5f80f77d5fa3beca03",
                "Credential=(hidden), Signature=(hidden)",
            ),
            (
                "the key ASIAIOSFODNN7EXAMPLE is unknown",
                "the key (hidden) is unknown",
            ),
            ("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI", "Bearer (hidden)"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn what_aws_says_is_left_as_it_is() {
        for text in [
            "The security token included in the request is expired",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key",
            "User: arn:aws:sts::111111111111:assumed-role/Admin/alice is not authorized to perform: sts:AssumeRole on resource: \
             arn:aws:iam::222222222222:role/OrganizationAccountAccessRole",
            "Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcdefghijklmn-abcdefghijklmnopqrstu",
            "AuthorizationHeaderMalformed: The authorization header is malformed",
        ] {
            assert_eq!(printable(text), text);
        }
    }
}
