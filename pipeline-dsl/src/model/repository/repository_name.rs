use crate::model::literal_text::{same, text_with_rule};

text_with_rule! {
    /// A repository at its provider: `owner/name`, with groups in between on GitLab; at most 256 characters.
    ///
    /// ```
    /// # use pipeline_dsl::model::RepositoryName;
    /// const ORDERS: RepositoryName = RepositoryName::new("acme/orders");
    /// assert!(RepositoryName::try_from("https://github.com/acme/orders").is_err());
    /// ```
    RepositoryName, InvalidRepositoryName, is_repository, "acme/orders",
    "is not a repository: write `owner/name`, without the provider's address and `.git`",
}

const fn is_repository(name: &str) -> bool {
    let mut rest = name.as_bytes();
    let mut slashes = 0;
    loop {
        let (segment, tail) = split_at_slash(rest);
        if !is_segment(segment) {
            return false;
        }
        let Some(tail) = tail else {
            return slashes >= 1 && name.len() <= 256 && !ends_in_git(segment);
        };
        slashes += 1;
        rest = tail;
    }
}

const fn split_at_slash(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        if *byte == b'/' {
            let (segment, _) = text.split_at(text.len() - rest.len());
            return (segment, Some(tail));
        }
        rest = tail;
    }
    (text, None)
}

/// As an address to clone does; the name of a repository cannot.
const fn ends_in_git(mut segment: &[u8]) -> bool {
    while let [_, tail @ ..] = segment {
        if same(segment, b".git") {
            return true;
        }
        segment = tail;
    }
    false
}

const fn is_segment(segment: &[u8]) -> bool {
    let mut rest = segment;
    while let [byte, tail @ ..] = rest {
        if !matches!(*byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-') {
            return false;
        }
        rest = tail;
    }
    !segment.is_empty() && !same(segment, b".") && !same(segment, b"..")
}

#[cfg(test)]
mod tests {
    use super::RepositoryName;

    #[test]
    fn has_an_owner_and_a_name() {
        for name in [
            "acme/orders",
            "acme/team/orders.rs",
            "a_b/c-d",
            "acme/orders.github",
            "acme.git/orders",
        ] {
            assert!(RepositoryName::try_from(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "acme",
            "/orders",
            "acme/",
            "acme//orders",
            "acme/or ders",
            "../orders",
            "acme/orders.git",
            "acme/.git",
        ] {
            assert!(RepositoryName::try_from(name).is_err(), "{name}");
        }
        for address in ["https://github.com/acme/orders", "git@github.com:acme/orders"] {
            assert!(RepositoryName::try_from(address).is_err(), "{address}");
        }
    }
}
