use std::borrow::Cow;
use std::fmt;

/// The path of an organizational unit, as `aws:PrincipalOrgPaths` spells it: organization, root, and the
/// units below it, each with a slash behind it.
///
/// Accounts under it are admitted by their place in the organization, so a new developer changes no
/// policy outside their own account.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths>
///
/// ```
/// # use pipeline_dsl::model::OrganizationPath;
/// const DEVELOPERS: OrganizationPath = OrganizationPath::new("o-abcdefghij/r-h123/ou-h123-3zyxwvut/");
/// assert_eq!(DEVELOPERS.organization_id(), "o-abcdefghij");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationPath(Cow<'static, str>);

/// The text is not an organization path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an organization path: write organization, root and units with a slash behind each, such \
     as `o-abcdefghij/r-h123/ou-h123-3zyxwvut/`"
)]
pub struct InvalidOrganizationPath(String);

impl OrganizationPath {
    /// The path, for literals.
    ///
    /// # Panics
    /// When the text is not such a path. In a `const` that is a compile error at the literal.
    #[track_caller]
    pub const fn new(path: &'static str) -> Self {
        assert!(
            is_path(path.as_bytes()),
            "an organization path is organization, root and units with a slash behind each, such as \
             o-abcdefghij/r-h123/ou-h123-3zyxwvut/"
        );
        Self(Cow::Borrowed(path))
    }

    /// The path itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The organization at its head, `o-…`.
    pub fn organization_id(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

/// Ids follow <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
/// and the pages of `Root` and `OrganizationalUnit` beside it.
const fn is_path(path: &[u8]) -> bool {
    let Some(rest) = id(path, b"o-", 10, 32, false) else {
        return false;
    };
    let Some(mut rest) = id(rest, b"r-", 4, 32, false) else {
        return false;
    };
    while !rest.is_empty() {
        let Some(tail) = id(rest, b"ou-", 4, 65, true) else {
            return false;
        };
        rest = tail;
    }
    true
}

/// The rest of `text` behind an id and its slash: the prefix, then `min` to `max` lower-case letters and
/// digits (for a unit, two such groups with a hyphen between them).
const fn id<'a>(text: &'a [u8], prefix: &[u8], min: usize, max: usize, unit: bool) -> Option<&'a [u8]> {
    let mut rest = text;
    let mut expected = prefix;
    while let [byte, expected_rest @ ..] = expected {
        match rest {
            [first, tail @ ..] if *first == *byte => rest = tail,
            _ => return None,
        }
        expected = expected_rest;
    }
    let mut length = 0;
    let mut hyphens = 0;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match *byte {
            b'/' => {
                let groups = if unit { hyphens == 1 } else { hyphens == 0 };
                return if groups && length >= min && length <= max {
                    Some(rest)
                } else {
                    None
                };
            }
            b'-' => hyphens += 1,
            b'a'..=b'z' | b'0'..=b'9' => {}
            _ => return None,
        }
        length += 1;
    }
    None
}

impl TryFrom<String> for OrganizationPath {
    type Error = InvalidOrganizationPath;
    fn try_from(path: String) -> Result<Self, Self::Error> {
        if is_path(path.as_bytes()) {
            Ok(Self(Cow::Owned(path)))
        } else {
            Err(InvalidOrganizationPath(path))
        }
    }
}

impl TryFrom<&str> for OrganizationPath {
    type Error = InvalidOrganizationPath;
    fn try_from(path: &str) -> Result<Self, Self::Error> {
        path.to_owned().try_into()
    }
}

impl fmt::Display for OrganizationPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::OrganizationPath;

    #[test]
    fn accepts_root_and_units() {
        for path in [
            "o-abcdefghij/r-h123/",
            "o-abcdefghij/r-h123/ou-h123-3zyxwvut/",
            "o-abcdefghij/r-h123/ou-h123-3zyxwvut/ou-h123-abcdefgh/",
        ] {
            assert!(OrganizationPath::try_from(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn refuses_what_aws_would_never_match() {
        for path in [
            "",
            "o-abcdefghij",
            "o-abcdefghij/",
            "o-short/r-h123/",
            "o-abcdefghij/r-h123",
            "o-abcdefghij/r-h123/ou-h123/",
            "o-abcdefghij/r-h123/*",
            "r-h123/ou-h123-3zyxwvut/",
        ] {
            assert!(OrganizationPath::try_from(path).is_err(), "{path}");
        }
    }
}
