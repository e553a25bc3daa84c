use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::panic_message::PanicMessage;

/// The name of an environment, wave, service or developer: a lower-case letter, then lower-case letters,
/// digits and single hyphens, at most `MAX` characters.
///
/// Stack, role, bucket, topic and pipeline names are made of these, so the rule is what all of AWS's
/// name patterns have in common, and `MAX` leaves room for prefix and suffix in the narrowest of them
/// (64 characters for IAM roles).
///
/// ```
/// # use pipeline_dsl::model::Name;
/// const ORDERS: Name = Name::new("orders");
/// assert!("Orders".parse::<Name>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<const MAX: usize = 32> {
    // Inline, so that a name is `Copy` and can stand in a `const`. Unused bytes are zero.
    bytes: [u8; MAX],
    length: usize,
}

/// The name of a team, which prefixes everything it owns: as [`Name`], at most 20 characters, because a
/// bucket name holds it beside account, region and purpose (63 characters in all).
pub type TeamName = Name<20>;

/// The text cannot be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` {rule}")]
pub struct InvalidName {
    name: String,
    rule: &'static str,
}

impl<const MAX: usize> Name<MAX> {
    const RULE: &str = if MAX < 32 {
        "is not a team's name: write a lower-case letter, then lower-case letters, digits and single hyphens, \
         at most 20 characters"
    } else {
        "is not a name: write a lower-case letter, then lower-case letters, digits and single hyphens, at most \
         32 characters"
    };

    /// The name, for literals.
    ///
    /// # Panics
    /// When the text breaks the rule. In a `const` that is a compile error at the literal.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn new(name: &str) -> Self {
        match Self::parse(name) {
            Some(name) => name,
            None => panic!("{}", PanicMessage::this(Self::RULE).as_str()),
        }
    }

    /// For a text read from a list at compile time: `place` says where in it, `developers.toml:2:11`.
    ///
    /// # Panics
    /// As `new`, with the place in the message.
    #[track_caller]
    #[expect(clippy::panic, reason = "in a const, the panic is the compile error")]
    pub const fn included(name: &str, place: &str) -> Self {
        match Self::parse(name) {
            Some(name) => name,
            None => panic!("{}", PanicMessage::at(place, name, Self::RULE).as_str()),
        }
    }

    /// The text if it is right, and something in its place if not: what `team!` goes on with, beside a `new` that
    /// reports the mistake, so that one mistake is one error.
    #[doc(hidden)]
    pub const fn lenient(name: &str) -> Self {
        match Self::parse(name) {
            Some(name) => name,
            None => Self::new("unnamed"),
        }
    }

    const fn parse(name: &str) -> Option<Self> {
        let mut bytes = [0; MAX];
        let mut source = name.as_bytes();
        let mut target: &mut [u8] = &mut bytes;
        let mut previous = b'-';
        while let [byte, rest @ ..] = source {
            let allowed = match *byte {
                b'a'..=b'z' => true,
                b'0'..=b'9' => name.len() > source.len(),
                b'-' => previous != b'-',
                _ => false,
            };
            if !allowed {
                return None;
            }
            let Some((slot, remaining)) = target.split_first_mut() else {
                return None;
            };
            *slot = *byte;
            target = remaining;
            previous = *byte;
            source = rest;
        }
        if previous == b'-' {
            return None;
        }
        Some(Self {
            bytes,
            length: name.len(),
        })
    }

    /// The text of the name.
    pub const fn as_str(&self) -> &str {
        let (name, _) = self.bytes.split_at(self.length);
        match str::from_utf8(name) {
            Ok(name) => name,
            // Only ASCII is ever stored.
            Err(_) => "",
        }
    }
}

/// `order-items.zip` → `OrderItemsZip`: each run of letters and digits capitalized, the rest dropped.
pub(crate) fn pascal_case(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| {
            let mut letters = word.chars();
            let first = letters.next()?.to_ascii_uppercase();
            Some(std::iter::once(first).chain(letters))
        })
        .flatten()
        .collect()
}

impl<const MAX: usize> FromStr for Name<MAX> {
    type Err = InvalidName;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name).ok_or_else(|| InvalidName {
            name: name.to_owned(),
            rule: Self::RULE,
        })
    }
}

impl<const MAX: usize> TryFrom<&str> for Name<MAX> {
    type Error = InvalidName;
    fn try_from(name: &str) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl<const MAX: usize> fmt::Display for Name<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl<const MAX: usize> fmt::Debug for Name<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Name({})", self.as_str())
    }
}

impl<const MAX: usize> Serialize for Name<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, TeamName};

    #[test]
    fn accepts_what_every_service_accepts() {
        for name in ["a", "orders", "order-items", "a1", "a-1-b"] {
            assert_eq!(Name::<32>::try_from(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn refuses_what_some_service_refuses() {
        for name in ["", "-a", "a-", "a--b", "1a", "A", "a_b", "ä", "a b"] {
            assert!(Name::<32>::try_from(name).is_err(), "{name}");
        }
        assert!(TeamName::try_from("a23456789012345678901").is_err());
        assert!(TeamName::try_from("a2345678901234567890").is_ok());
    }

    #[test]
    fn pascal_case_drops_hyphens() {
        assert_eq!(super::pascal_case("order-items"), "OrderItems");
    }
}
