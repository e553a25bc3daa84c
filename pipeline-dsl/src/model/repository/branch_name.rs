use crate::model::literal_text::{same, skip, text_with_rule};

text_with_rule! {
    /// A branch of a Git repository, by its name alone; at most 255 characters.
    ///
    /// <https://git-scm.com/docs/git-check-ref-format>
    ///
    /// ```
    /// # use pipeline_dsl::model::BranchName;
    /// const FEATURE: BranchName = BranchName::new("feature/refunds");
    /// assert!(BranchName::try_from("refs/heads/main").is_err());
    /// ```
    BranchName, InvalidBranchName, is_branch, "main",
    "is not a branch: write its name alone, such as `main`, without `refs/heads/`",
}

const fn is_branch(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > 255 || same(bytes, b"@") || skip(bytes, b"refs/").is_some() {
        return false;
    }
    // What stands before a character, as if a name began behind a slash.
    let mut before = b'/';
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        let allowed = match *byte {
            0..=b' ' | 0x7f | b'~' | b'^' | b':' | b'?' | b'*' | b'[' | b'\\' => false,
            b'/' => before != b'/',
            b'.' => before != b'/' && before != b'.',
            b'-' => before != b'/' || rest.len() < bytes.len(),
            b'{' => before != b'@',
            _ => true,
        };
        if !allowed {
            return false;
        }
        before = *byte;
        rest = tail;
    }
    !matches!(before, b'/' | b'.')
}

#[cfg(test)]
mod tests {
    use super::BranchName;

    #[test]
    fn is_a_name_alone() {
        for name in ["main", "feature/refunds", "v1.2", "a-b_c", "ünï", "a/-b"] {
            assert!(BranchName::try_from(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "refs/heads/main",
            "@",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a..b",
            "a.",
            "-a",
            "a b",
            "a*",
            "a\\b",
            "a@{1}",
            "a^",
            "a:b",
        ] {
            assert!(BranchName::try_from(name).is_err(), "{name}");
        }
    }
}
