use super::literal_text::text_with_rule;

text_with_rule! {
    /// The path of a file inside an artifact, from the root of the archive: `deploy/orders.yaml`.
    ///
    /// `artifact::path` is one configuration value of a pipeline's action, of at most 1,000 characters, in
    /// which `::` ends the artifact.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html>
    ArtifactPath, InvalidArtifactPath, is_path, "orders.yaml",
    "is not the path of a file in an artifact: write it from the root of the archive, with `/` between \
     folders, such as `deploy/orders.yaml`",
}

const fn is_path(path: &str) -> bool {
    if path.is_empty() || path.len() > 512 {
        return false;
    }
    let mut rest = path.as_bytes();
    // The segment so far: how long it is, and whether it is dots alone.
    let mut length = 0;
    let mut dots = 0;
    let mut previous = 0;
    while let [byte, tail @ ..] = rest {
        match *byte {
            b'/' if length == 0 || (dots == length && length <= 2) => return false,
            b'/' => {
                length = 0;
                dots = 0;
            }
            // Windows writes paths with `\`; in an archive it would be a letter of the name.
            0..b' ' | 0x7f | b'\\' => return false,
            b':' if previous == b':' => return false,
            byte => {
                length += 1;
                if byte == b'.' {
                    dots += 1;
                }
            }
        }
        previous = *byte;
        rest = tail;
    }
    length > 0 && !(dots == length && length <= 2)
}

#[cfg(test)]
mod tests {
    use super::ArtifactPath;

    #[test]
    fn is_relative_to_the_archive() {
        for path in [
            "a.yaml",
            "deploy/a.yaml",
            "a b.yaml",
            "...",
            "ä/ö.json",
            ".hidden",
        ] {
            assert!(ArtifactPath::try_from(path).is_ok(), "{path}");
        }
        for path in [
            "", "/a", "a/", "a//b", "../a", "a/..", "./a", "a/./b", "a\\b", "a::b", "a\nb",
        ] {
            assert!(ArtifactPath::try_from(path).is_err(), "{path}");
        }
        assert!(ArtifactPath::try_from("a".repeat(513)).is_err());
    }
}
