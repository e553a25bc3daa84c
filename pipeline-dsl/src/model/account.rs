use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::panic_message::PanicMessage;

const RULE: &str = "is not an AWS account id: write exactly 12 decimal digits, leading zeros included";

/// An AWS account id: exactly twelve decimal digits, leading zeros and all.
///
/// It is text, never a number: `012345678901` is a valid account.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
///
/// ```
/// # use pipeline_dsl::model::AccountId;
/// const BUILD: AccountId = AccountId::new("012345678901");
/// assert_eq!(BUILD.as_str(), "012345678901");
/// assert!("12345".parse::<AccountId>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; Self::LENGTH]);

/// The text is not an AWS account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` {RULE}")]
pub struct InvalidAccountId(String);

impl AccountId {
    const LENGTH: usize = 12;

    /// The account with this id, for literals.
    ///
    /// # Panics
    /// When the text is not twelve digits. In a `const` that is a compile error at the literal.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn new(id: &str) -> Self {
        match Self::parse(id) {
            Some(id) => id,
            None => panic!("{}", PanicMessage::this(RULE).as_str()),
        }
    }

    /// For a text read from a list at compile time: `place` says where in it, `developers.toml:2:11`.
    ///
    /// # Panics
    /// As `new`, with the place in the message.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn included(id: &str, place: &str) -> Self {
        match Self::parse(id) {
            Some(id) => id,
            None => panic!("{}", PanicMessage::at(place, id, RULE).as_str()),
        }
    }

    /// The text if it is right, and something in its place if not: what `team!` goes on with, beside a `new` that
    /// reports the mistake, so that one mistake is one error.
    #[doc(hidden)]
    pub const fn lenient(id: &str) -> Self {
        match Self::parse(id) {
            Some(id) => id,
            None => Self([b'0'; Self::LENGTH]),
        }
    }

    const fn parse(id: &str) -> Option<Self> {
        match id.as_bytes().first_chunk::<{ Self::LENGTH }>() {
            Some(digits) if id.len() == Self::LENGTH => {
                let mut rest: &[u8] = digits;
                while let [digit, tail @ ..] = rest {
                    if !digit.is_ascii_digit() {
                        return None;
                    }
                    rest = tail;
                }
                Some(Self(*digits))
            }
            _ => None,
        }
    }

    /// The twelve digits.
    pub const fn as_str(&self) -> &str {
        match str::from_utf8(&self.0) {
            Ok(digits) => digits,
            // Only ASCII digits are ever stored.
            Err(_) => "",
        }
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;
    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::parse(id).ok_or_else(|| InvalidAccountId(id.to_owned()))
    }
}

impl TryFrom<&str> for AccountId {
    type Error = InvalidAccountId;
    fn try_from(id: &str) -> Result<Self, Self::Error> {
        id.parse()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AccountId({})", self.as_str())
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::AccountId;

    #[test]
    fn keeps_leading_zeros() {
        const ACCOUNT: AccountId = AccountId::new("000000000001");
        assert_eq!(ACCOUNT.to_string(), "000000000001");
    }

    #[test]
    fn refuses_what_is_not_twelve_digits() {
        for id in [
            "",
            "1",
            "1111111111111",
            "11111111111a",
            "１１１１",
            "-11111111111",
        ] {
            assert!(AccountId::try_from(id).is_err(), "{id}");
        }
    }
}
