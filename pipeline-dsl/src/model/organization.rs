use super::literal_text::{skip, text_with_rule};

text_with_rule! {
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
    OrganizationPath, InvalidOrganizationPath, is_path, "o-abcdefghij/r-h123/",
    "is not an organization path: write organization, root and units of that root with a slash behind each, \
     such as `o-abcdefghij/r-h123/ou-h123-3zyxwvut/`",
}

impl OrganizationPath {
    /// The organization at its head, `o-…`.
    pub fn organization_id(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

/// Ids follow <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
/// and the pages of `Root` and `OrganizationalUnit` beside it.
const fn is_path(path: &str) -> bool {
    let Some(rest) = id(path.as_bytes(), b"o-", 10, 32, false) else {
        return false;
    };
    let root = rest;
    let Some(mut rest) = id(rest, b"r-", 4, 32, false) else {
        return false;
    };
    let (root, _) = root.split_at(root.len() - rest.len());
    while !rest.is_empty() {
        let Some(tail) = id(rest, b"ou-", 4, 65, true) else {
            return false;
        };
        if !is_of_root(rest, root) {
            return false;
        }
        rest = tail;
    }
    true
}

/// Whether a unit, `ou-h123-3zyxwvut/…`, has the letters of its root in it, `r-h123/`.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html>
const fn is_of_root(unit: &[u8], root: &[u8]) -> bool {
    let (Some(mut unit), Some(mut root)) = (skip(unit, b"ou-"), skip(root, b"r-")) else {
        return false;
    };
    loop {
        match (unit, root) {
            ([b'-', ..], [b'/', ..]) => return true,
            ([of_unit, unit_rest @ ..], [of_root, root_rest @ ..]) if *of_unit == *of_root => {
                unit = unit_rest;
                root = root_rest;
            }
            _ => return false,
        }
    }
}

/// The rest of `text` behind an id and its slash: the prefix, then `min` to `max` lower-case letters and
/// digits (for a unit, two such groups with a hyphen between them).
const fn id<'a>(text: &'a [u8], prefix: &[u8], min: usize, max: usize, unit: bool) -> Option<&'a [u8]> {
    let Some(mut rest) = skip(text, prefix) else {
        return None;
    };
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
            "o-abcdefghij/r-h123/ou-h124-3zyxwvut/",
            "o-abcdefghij/r-h123/ou-h1234-3zyxwvut/",
            "o-abcdefghij/r-h123/ou-h123-3zyxwvut/ou-g123-abcdefgh/",
            "r-h123/ou-h123-3zyxwvut/",
        ] {
            assert!(OrganizationPath::try_from(path).is_err(), "{path}");
        }
    }
}
