//! Whether a policy's ARN can match an ARN of a certain format.

/// Names that cannot hold a `/`, so that `bucket/*` is no bucket; of other names nobody says so in one place.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html>
/// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html>
const WITHOUT_SLASH: [&str; 6] = [
    "BucketName",
    "FunctionName",
    "PipelineName",
    "QueueName",
    "TableName",
    "TopicName",
];

/// What a pseudo parameter stands for: never nothing, and of accounts always twelve digits, so that it matches neither the empty
/// part of `arn:aws:s3:::bucket` nor the `aws` of `arn:aws:iam::aws:policy/ReadOnlyAccess`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
const PSEUDO_PARAMETERS: [(&str, &str); 3] = [
    ("${AWS::AccountId}", "????????????"),
    ("${AWS::Region}", "?*"),
    ("${AWS::Partition}", "?*"),
];

/// The name of a parameter stands in its ARN without the slash that it begins with.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>
const WITHOUT_FIRST_SLASH: &str = "${ParameterNameWithoutLeadingSlash}";

/// Whether some ARN is matched by `pattern`, which may have `*`, `?` and the pseudo parameters of CloudFormation, and is of
/// `format`, whose `${…}` stand for any text. A wildcard does not reach beyond its part; parts that a pattern lacks match
/// anything.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
pub(super) fn meets(pattern: &str, format: &str) -> bool {
    let filled;
    let pattern = if pattern.contains("${") {
        filled = PSEUDO_PARAMETERS
            .iter()
            .fold(pattern.to_owned(), |text, (parameter, stands_for)| {
                text.replace(parameter, stands_for)
            });
        &filled
    } else {
        pattern
    };
    if format.ends_with(WITHOUT_FIRST_SLASH) && pattern.contains(":parameter//") {
        return false;
    }
    let mut parts = pattern.splitn(6, ':');
    format
        .splitn(6, ':')
        .all(|format| parts.next().is_none_or(|part| meets_text(part, format)))
}

/// The same of what is behind the account.
pub(super) fn meets_resource(resource: &str, format: &str) -> bool {
    meets(
        &format!("arn:*:*:*:*:{resource}"),
        &format!("arn:*:*:*:*:{format}"),
    )
}

/// Whether a name of a format, `TableName`, cannot hold a `/`.
pub(super) fn is_without_slash(name: &str) -> bool {
    WITHOUT_SLASH.contains(&name)
}

/// The same of one part.
pub(super) fn meets_text(pattern: &str, format: &str) -> bool {
    if !format.contains(['$', '*']) && !pattern.contains(['*', '?']) {
        return pattern == format;
    }
    let pattern = pattern.as_bytes();
    // How far the pattern can have been used up by what the format has come to.
    let mut reached = vec![false; pattern.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    pass_stars(pattern, &mut reached);
    let mut rest = format;
    while let Some(token) = Token::take(&mut rest) {
        reached = token.pass(pattern, &reached);
        pass_stars(pattern, &mut reached);
    }
    reached.last().copied().unwrap_or_default()
}

/// What a format is made of.
enum Token {
    Letter(u8),
    /// Any text, also none.
    Text {
        slash: bool,
    },
}

impl Token {
    fn take(rest: &mut &str) -> Option<Self> {
        if let Some((name, behind)) = rest.strip_prefix("${").and_then(|text| text.split_once('}')) {
            *rest = behind;
            let slash = !WITHOUT_SLASH.contains(&name);
            return Some(Self::Text { slash });
        }
        let letter = rest.chars().next()?;
        *rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '*' => Some(Self::Text { slash: true }),
            // Formats are of ASCII letters.
            _ => Some(Self::Letter(u8::try_from(letter).unwrap_or(b'?'))),
        }
    }

    fn pass(&self, pattern: &[u8], reached: &[bool]) -> Vec<bool> {
        let mut next = vec![false; reached.len()];
        let mut within_text = false;
        for (position, here) in reached.iter().enumerate() {
            let before = position.checked_sub(1).and_then(|before| pattern.get(before));
            let stays = *here && pattern.get(position) == Some(&b'*');
            let passes = match *self {
                Self::Letter(letter) => {
                    let from = position.checked_sub(1).and_then(|before| reached.get(before));
                    stays
                        || from == Some(&true)
                            && before.is_some_and(|known| *known == letter || *known == b'?')
                }
                Self::Text { slash } => {
                    within_text &= slash || before != Some(&b'/');
                    within_text |= *here;
                    within_text
                }
            };
            if let Some(entry) = next.get_mut(position) {
                *entry = passes;
            }
        }
        next
    }
}

/// A `*` may stand for nothing.
fn pass_stars(pattern: &[u8], reached: &mut [bool]) {
    let mut before = false;
    for (position, here) in reached.iter_mut().enumerate() {
        let star = position.checked_sub(1).and_then(|position| pattern.get(position)) == Some(&b'*');
        *here |= before && star;
        before = *here;
    }
}

#[cfg(test)]
mod tests {
    use super::{meets, meets_text};

    #[test]
    fn patterns_and_formats_meet() {
        let bucket = "arn:${Partition}:s3:::${BucketName}";
        let object = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
        let group = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}";
        let action =
            "arn:${Partition}:codepipeline:${Region}:${Account}:${PipelineName}/${StageName}/${ActionName}";
        for (pattern, format) in [
            ("arn:aws:s3:::acme-builds", bucket),
            ("arn:aws:s3:::acme-*", bucket),
            ("arn:aws:s3:::acme-*", object),
            ("arn:aws:s3:::acme-builds/*", object),
            ("arn:aws:s3:::acme-builds/a/b.zip", object),
            ("arn:aws:logs:*:*:log-group:/aws/lambda/orders:*", group),
            (
                "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/a/b",
                group,
            ),
            ("arn:aws:codepipeline:us-east-1:111111111111:p/Approve/a", action),
            ("arn:aws:codepipeline:us-east-1:111111111111:p*", action),
            ("arn:aws:codepipeline:us-east-1", action),
            ("arn:aws:logs:us-east-1:1:log-gr??p:a", group),
        ] {
            assert!(meets(pattern, format), "{pattern} {format}");
        }
        let role = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";
        let parameter =
            "arn:${Partition}:ssm:${Region}:${Account}:parameter/${ParameterNameWithoutLeadingSlash}";
        let transform = "arn:${Partition}:cloudformation:${Region}:aws:transform/${TransformName}";
        assert!(meets("arn:aws:cloudformation:*:aws:transform/A", transform));
        assert!(meets("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/a", role));
        assert!(meets("arn:aws:ssm:*:*:parameter/acme/*", parameter));
        for (pattern, format) in [
            ("arn:aws:s3:${AWS::Region}:${AWS::AccountId}:acme-builds", bucket),
            ("arn:aws:iam:${AWS::Region}:${AWS::AccountId}:role/a", role),
            (
                "arn:aws:cloudformation:*:${AWS::AccountId}:transform/A",
                transform,
            ),
            ("arn:aws:ssm:*:*:parameter//acme/*", parameter),
            ("arn:aws:s3:::acme-builds/*", bucket),
            ("arn:aws:s3:::acme-builds", object),
            ("arn:aws:s3:us-east-1:111111111111:acme-builds", bucket),
            ("arn:aws:sqs:us-east-1:111111111111:orders", bucket),
            ("arn:aws:logs:us-east-1:1:destination:a", group),
            ("arn:aws:codepipeline:us-east-1:111111111111:p", action),
            ("arn:aws:codepipeline:us-east-1:111111111111:p/a", action),
        ] {
            assert!(!meets(pattern, format), "{pattern} {format}");
        }
        assert!(meets_text("describe*", "describetable"));
        assert!(meets_text("*table*", "describetable"));
        assert!(!meets_text("describe?", "describetable"));
    }
}
