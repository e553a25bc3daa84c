use super::literal_text::text_with_rule;

text_with_rule! {
    /// The key of an artifact in the build bucket, such as `orders/orders.zip`: one or more segments of
    /// letters, digits, `.`, `_` and `-`, with single slashes between them, at most 256 characters.
    ///
    /// S3 allows more, but a key is also a part of policies, event patterns and filter policies, where `*`,
    /// `?`, commas and quotes mean something else; and CodePipeline's S3 source takes no leading slash.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
    ObjectKey, InvalidObjectKey, is_key, "orders/orders.zip",
    "is not an artifact's key: write segments of letters, digits, `.`, `_` and `-` with single slashes \
     between them, such as `orders/orders.zip`",
}

impl ObjectKey {
    /// The longest key, in characters.
    pub const MAX: usize = 256;

    /// What stands before the last slash, and what behind it.
    pub fn split(&self) -> (Option<&str>, &str) {
        match self.0.rsplit_once('/') {
            Some((path, file)) => (Some(path), file),
            None => (None, &self.0),
        }
    }
}

const fn is_key(key: &str) -> bool {
    let mut rest = key.as_bytes();
    let mut previous = b'/';
    while let [byte, tail @ ..] = rest {
        match *byte {
            b'/' if previous == b'/' => return false,
            b'/' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {}
            _ => return false,
        }
        previous = *byte;
        rest = tail;
    }
    previous != b'/' && key.len() <= ObjectKey::MAX
}

#[cfg(test)]
mod tests {
    use super::ObjectKey;

    #[test]
    fn splits_path_and_file() {
        assert_eq!(ObjectKey::new("a/b/c.zip").split(), (Some("a/b"), "c.zip"));
        assert_eq!(ObjectKey::new("c.zip").split(), (None, "c.zip"));
    }

    #[test]
    fn refuses_what_means_something_else_in_a_policy() {
        for key in ["", "/a", "a/", "a//b", "a*", "a?", "a,b", "a b", "a\"b", "${a}"] {
            assert!(ObjectKey::try_from(key).is_err(), "{key}");
        }
        assert!(ObjectKey::try_from("a".repeat(257)).is_err());
    }
}
