//! Declares a text with a rule: checked in a `const` for literals, and at run time by the same function.

/// `text_with_rule! { /// docs  Name, InvalidName, rule, "example", "is not …: write …" }`
macro_rules! text_with_rule {
    ($(#[$doc:meta])* $name:ident, $invalid:ident, $rule:path, $example:literal, $message:literal $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::borrow::Cow<'static, str>);

        #[doc = concat!("The text cannot be a [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("`{0}` {rule}", rule = $message)]
        pub struct $invalid(String);

        impl $name {
            /// For literals.
            ///
            /// # Panics
            /// When the text breaks the rule. In a `const` that is a compile error at the literal.
            #[track_caller]
            pub const fn new(text: &'static str) -> Self {
                assert!($rule(text), "{}", concat!("this ", $message));
                Self(std::borrow::Cow::Borrowed(text))
            }

            /// The text if it is right, and something in its place if not: what `team!` goes on with, beside a `new` that
            /// reports the mistake, so that one mistake is one error.
            #[doc(hidden)]
            pub const fn lenient(text: &'static str) -> Self {
                Self(std::borrow::Cow::Borrowed(if $rule(text) { text } else { $example }))
            }

            /// For a text read from a list at compile time: `place` says where in it, `developers.toml:2:11`.
            ///
            /// # Panics
            /// As `new`, with the place in the message.
            #[track_caller]
            pub const fn included(text: &'static str, place: &str) -> Self {
                if !$rule(text) {
                    let message = $crate::model::panic_message::PanicMessage::at(place, text, $message);
                    panic!("{}", message.as_str());
                }
                Self(std::borrow::Cow::Borrowed(text))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $invalid;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                if $rule(&text) {
                    Ok(Self(std::borrow::Cow::Owned(text)))
                } else {
                    Err($invalid(text))
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $invalid;
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.to_owned().try_into()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.try_into()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(&self.0)
            }
        }
    };
}
pub(super) use text_with_rule;

/// What stands behind a prefix.
pub(super) const fn skip<'a>(mut text: &'a [u8], mut prefix: &[u8]) -> Option<&'a [u8]> {
    while let [byte, prefix_rest @ ..] = prefix {
        match text {
            [first, rest @ ..] if *first == *byte => text = rest,
            _ => return None,
        }
        prefix = prefix_rest;
    }
    Some(text)
}

/// Whether two texts are the same: `==` is not `const`.
pub(super) const fn same(left: &[u8], right: &[u8]) -> bool {
    matches!(skip(left, right), Some([]))
}
