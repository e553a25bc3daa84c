//! Whether a text may have been meant for another one; in `const`, so that a compile error can say it.

/// Whether at most `most` letters must be put in, taken out or changed to make one of the other. Capitals and
/// separators make no difference: `UsEast1` is `us-east-1`.
pub(crate) const fn is_near(mut left: &[u8], mut right: &[u8], most: usize) -> bool {
    loop {
        left = from_letter(left);
        right = from_letter(right);
        match (left, right) {
            ([], []) => return true,
            ([a, left_rest @ ..], [b, right_rest @ ..]) => {
                if a.eq_ignore_ascii_case(b) {
                    left = left_rest;
                    right = right_rest;
                    continue;
                }
                return most > 0
                    && (is_near(left_rest, right_rest, most - 1)
                        || is_near(left_rest, right, most - 1)
                        || is_near(left, right_rest, most - 1));
            }
            ([_, rest @ ..], []) | ([], [_, rest @ ..]) => {
                return most > 0 && is_near(rest, &[], most - 1);
            }
        }
    }
}

const fn from_letter(mut text: &[u8]) -> &[u8] {
    while let [b'-' | b'_' | b' ', rest @ ..] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn counts_letters() {
        let near = |left: &str, right: &str, most| is_near(left.as_bytes(), right.as_bytes(), most);
        assert!(near("US_EAST_1", "us-east-1", 0));
        assert!(near("us-est-1", "us-east-1", 1));
        assert!(near("us-wset-2", "us-west-2", 2));
        assert!(!near("us-wset-2", "us-west-2", 1));
        assert!(near("a", "", 1));
        assert!(!near("ab", "", 1));
    }
}
