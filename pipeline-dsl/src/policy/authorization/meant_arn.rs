//! Which ARN was probably meant by one that an action is not asked on: its partition, region, account and name, in a format that
//! the action is asked on.

use super::ActionFacts;
use super::arn_format::{is_without_slash, meets, meets_resource};
use super::arn_parts::ArnParts;
use super::misspelt::distance;
use super::table::of_service;
use crate::model::ResourceArn;

/// An ARN in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) arn: String,
    kept: Kept,
    own_service: bool,
}

impl Meant {
    /// Whether it is the other one with a slip in it, and not just made of its name.
    pub(super) fn is_likely(&self) -> bool {
        self.own_service && self.kept != Kept::LastWord
    }
}

/// What of a resource is kept in the one that is meant, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    /// All of it: only the region or the account is another.
    All,
    /// Its type and its names.
    Names,
    /// All of it, behind a type that it lacks.
    Bare,
    /// No more than its end.
    LastWord,
}

/// The ARNs to write in place of `written`, so that each of these actions is asked on one of them: as few as there can be. None
/// where nothing of it can be kept.
pub(super) fn meant(written: &str, actions: &[&[&ActionFacts]]) -> Vec<Meant> {
    let mut left: Vec<&[&ActionFacts]> = actions.to_vec();
    let mut found = Vec::new();
    while let Some(best) = best(written, &left) {
        left.retain(|facts| !is_asked(facts, &best.arn));
        found.push(best);
    }
    found
}

fn is_asked(facts: &[&ActionFacts], arn: &str) -> bool {
    facts.iter().any(|each| each.is_asked_on(arn))
}

/// The one that keeps most of what is written, and of these the one that most of the actions are asked on.
fn best(written: &str, actions: &[&[&ActionFacts]]) -> Option<Meant> {
    let parts = ArnParts::of(written)?;
    let bound = bindings(&parts, written);
    let all = actions.iter().copied().flatten();
    let mut formats: Vec<&'static str> = all
        .flat_map(|facts| facts.takes())
        .map(|t| t.r#type.arn)
        .collect();
    formats.sort_unstable();
    formats.dedup();
    let candidates = formats.into_iter().filter_map(|format| {
        let meant = filled(&parts, format, &bound)?;
        let asked = actions.iter().filter(|facts| is_asked(facts, &meant.arn)).count();
        let is_one = ResourceArn::try_from(meant.arn.as_str()).is_ok() && meant.arn != written && asked > 0;
        let order = (
            meant.kept,
            usize::MAX - asked,
            edits(written.as_bytes(), meant.arn.as_bytes()),
        );
        is_one.then_some((order, meant))
    });
    let best = candidates.min_by(|(left, _), (right, _)| left.cmp(right));
    best.map(|(_, meant)| meant)
}

/// What the names of the format are that the written ARN is of, if it is of one that its service has.
fn bindings<'a>(parts: &ArnParts<'a>, written: &str) -> Vec<(&'static str, &'a str)> {
    let actions = of_service(parts.service).into_iter().flatten();
    let types = actions.flat_map(|(_, facts)| facts.takes());
    let mut formats: Vec<&'static str> = types
        .map(|taken| taken.r#type.arn)
        .filter(|format| meets(written, format))
        .collect();
    formats.sort_unstable_by_key(|format| (format.matches("${").count(), *format));
    // That of most letters of its own says most.
    let format = formats
        .into_iter()
        .max_by_key(|format| letters_of_its_own(format))
        .and_then(ArnParts::of);
    let Some(format) = format else {
        return Vec::new();
    };
    let (word, tokens) = tokens(format.resource);
    match parts.resource.strip_prefix(word) {
        Some(rest) => values(&tokens, rest),
        None => Vec::new(),
    }
}

fn letters_of_its_own(format: &str) -> usize {
    let mut rest = format;
    let mut letters = 0;
    while let Some((before, (_, behind))) = rest
        .split_once("${")
        .and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        letters += before.len();
        rest = behind;
    }
    letters + rest.len()
}

/// The word that a format begins with, and its names, each with what stands behind it: `table/`, [`TableName`, `/index/`].
fn tokens(format: &'static str) -> (&'static str, Vec<(&'static str, &'static str)>) {
    let Some((word, mut rest)) = format.split_once("${") else {
        return (format, Vec::new());
    };
    let mut tokens = Vec::new();
    while let Some((name, behind)) = rest.split_once('}') {
        let (literal, next) = behind.split_once("${").unwrap_or((behind, ""));
        tokens.push((name, literal));
        rest = next;
    }
    (word, tokens)
}

/// What of a text is which name.
fn values<'a>(tokens: &[(&'static str, &'static str)], text: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut rest = text;
    let mut found = Vec::new();
    for (name, behind) in tokens {
        let end = match behind.chars().next() {
            Some(separator) => rest.find(separator),
            None if is_without_slash(name) => rest.find('/'),
            None => None,
        };
        let (value, more) = match end {
            Some(end) => (
                rest.get(..end).unwrap_or_default(),
                rest.get(end + 1..).unwrap_or_default(),
            ),
            None => (rest, ""),
        };
        found.push((*name, value));
        // `/index/`, and what was probably meant for it.
        let word = behind.trim_matches(['/', ':']);
        rest = match more.split_once(['/', ':']) {
            Some((first, behind)) if !word.is_empty() && distance(first, word).is_some() => behind,
            None if !word.is_empty() && distance(more, word).is_some() => "",
            _ => more,
        };
    }
    found
}

/// The format with what is written.
fn filled(written: &ArnParts<'_>, format: &'static str, bound: &[(&'static str, &str)]) -> Option<Meant> {
    let format = ArnParts::of(format)?;
    let own_service = format.service == written.service;
    let (resource, kept) = if own_service && meets_resource(written.resource, format.resource) {
        (written.resource.to_owned(), Kept::All)
    } else {
        resource(written, &format, own_service, bound)?
    };
    let meant = ArnParts {
        region: part(written.region, format.region, "${AWS::Region}"),
        account: part(written.account, format.account, "${AWS::AccountId}"),
        service: format.service,
        partition: written.partition,
        resource: &resource,
    };
    Some(Meant {
        arn: meant.to_string(),
        kept,
        own_service,
    })
}

/// A region or an account: as it is written, where the format leaves it open.
fn part<'a>(written: &'a str, format: &'static str, own: &'static str) -> &'a str {
    if !format.starts_with("${") {
        format
    } else if written.is_empty() || written == "aws" {
        own
    } else {
        written
    }
}

/// What stands behind the account, and what of it is kept.
fn resource(
    written: &ArnParts<'_>,
    format: &ArnParts<'static>,
    own_service: bool,
    bound: &[(&'static str, &str)],
) -> Option<(String, Kept)> {
    let (word, tokens) = tokens(format.resource);
    let of_format = |name: &str| {
        bound
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    };
    // Rules of the default bus are named without it.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-manage-iam-access.html
    if own_service && of_format("EventBusName") == Some("default") {
        let is_rule = matches!(tokens.as_slice(), [("RuleName", _)]);
        return is_rule.then(|| (format!("{word}*"), Kept::Names));
    }
    if own_service && tokens.iter().any(|(name, _)| of_format(name).is_some()) {
        let values = tokens.iter().map(|(name, _)| of_format(name).unwrap_or("*"));
        return Some((written_out(word, &tokens, values), Kept::Names));
    }
    let base = word.trim_end_matches(['/', ':']);
    let (first, behind) = written
        .resource
        .split_once(['/', ':'])
        .unwrap_or((written.resource, ""));
    let is_word = !base.is_empty() && !behind.is_empty() && distance(first, base).is_some();
    let is_bare = behind.is_empty();
    let last = written.resource.rsplit(['/', ':']).next().unwrap_or_default();
    let name = match bound.first() {
        Some((_, value)) if !own_service => value,
        _ if is_word => behind,
        _ if is_bare => written.resource,
        // `queue/orders` for a service whose ARNs have names alone.
        _ if base.is_empty() && tokens.len() == 1 => last,
        _ if base.is_empty() => written.resource,
        _ if own_service && first.is_empty() => return None,
        _ => last,
    };
    // Names of log groups mostly begin with a slash, which here is one that is written in place of the colon.
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    let slash = format!("/{name}");
    let name = match (name, tokens.first()) {
        (name, Some(("LogGroupName", _))) if is_word && name.starts_with("aws/") => &slash,
        (name, Some(("ParameterNameWithoutLeadingSlash", _))) => name.trim_start_matches('/'),
        (name, _) => name,
    };
    let values = values(&tokens, name);
    let values = values.iter().map(|(_, value)| *value);
    let kept = if is_word || base.is_empty() {
        Kept::Names
    } else if is_bare {
        Kept::Bare
    } else {
        Kept::LastWord
    };
    Some((written_out(word, &tokens, values), kept))
}

fn written_out<'a>(
    word: &str,
    tokens: &[(&'static str, &'static str)],
    values: impl Iterator<Item = &'a str>,
) -> String {
    let mut text = word.to_owned();
    for ((_, behind), value) in tokens.iter().zip(values) {
        text.push_str(if value.is_empty() { "*" } else { value });
        text.push_str(behind);
    }
    text
}

/// How many bytes must be put in, taken out or changed to make one of the other.
fn edits(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (position, of_left) in left.iter().enumerate() {
        let mut next = vec![position + 1];
        for ((of_right, above), diagonal) in right.iter().zip(row.iter().skip(1)).zip(&row) {
            let changed = diagonal + usize::from(of_left != of_right);
            let before = next.last().copied().unwrap_or_default();
            next.push(changed.min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{edits, meant};
    use crate::policy::authorization::actions;

    #[test]
    fn keeps_what_is_written() {
        let (mut all, mut right) = (Vec::new(), Vec::new());
        for (named, written, expected) in [
            (
                &["dynamodb:CreateTable", "dynamodb:DeleteTable"][..],
                "dynamodb:*:A:table:orders",
                &["dynamodb:*:A:table/orders"][..],
            ),
            (
                &["dynamodb:CreateTable"],
                "dynamodb:*:A:tabel/orders",
                &["dynamodb:*:A:table/orders"],
            ),
            (
                &["dynamodb:CreateTable"],
                "sns:us-east-1:A:orders",
                &["dynamodb:us-east-1:A:table/orders"],
            ),
            (
                &["dynamodb:GetItem"],
                "dynamodb:*:A:table/orders/indexes/*",
                &["dynamodb:*:A:table/orders"],
            ),
            (
                &["dynamodb:Query"],
                "dynamodb:*:A:orders",
                &["dynamodb:*:A:table/orders"],
            ),
            (
                &["lambda:CreateFunction"],
                "lambda:*:A:function/orders",
                &["lambda:*:A:function:orders"],
            ),
            (&["s3:GetObject"], "s3:::orders", &["s3:::orders/*"]),
            (&["s3:CreateBucket"], "s3:::orders/*", &["s3:::orders"]),
            (
                &["s3:CreateBucket"],
                "s3:${AWS::Region}:A:orders-*",
                &["s3:::orders-*"],
            ),
            (
                &["s3:ListBucket", "s3:GetObject"],
                "s3:${AWS::Region}:A:orders",
                &["s3:::orders", "s3:::orders/*"],
            ),
            (
                &["secretsmanager:GetSecretValue"],
                "secretsmanager:*:A:secret/orders/smtp-*",
                &["secretsmanager:*:A:secret:orders/smtp-*"],
            ),
            (
                &["logs:CreateLogGroup"],
                "logs:*:A:log-group/aws/lambda/orders",
                &["logs:*:A:log-group:/aws/lambda/orders"],
            ),
            (
                &["logs:PutLogEvents"],
                "logs:*:A:log-group:/aws/lambda/orders",
                &["logs:*:A:log-group:/aws/lambda/orders:log-stream:*"],
            ),
            (&["sqs:CreateQueue"], "sqs:*:A:queue/orders", &["sqs:*:A:orders"]),
            (&["sqs:CreateQueue"], "sns:*:A:orders-*", &["sqs:*:A:orders-*"]),
            (
                &["events:PutRule"],
                "events:*:A:event-bus/default",
                &["events:*:A:rule/*"],
            ),
            (
                &["events:PutRule"],
                "events:*:A:event-bus/orders",
                &["events:*:A:rule/orders/*"],
            ),
            (
                &["ecr:PutImage"],
                "ecr:us-east-1:A:orders",
                &["ecr:us-east-1:A:repository/orders"],
            ),
            (
                &["ecs:RunTask"],
                "ecs:*:A:task-definition:orders",
                &["ecs:*:A:task-definition/orders:*"],
            ),
            (
                &["cloudfront:GetDistribution"],
                "cloudfront:us-east-1:A:distribution/*",
                &["cloudfront::A:distribution/*"],
            ),
            (
                &["cloudformation:CreateChangeSet"],
                "cloudformation:*:A:transform/Serverless-2016-10-31",
                &["cloudformation:*:aws:transform/Serverless-2016-10-31"],
            ),
            (
                &["apigateway:POST"],
                "apigateway:*:A:/restapis",
                &["apigateway:*::/restapis"],
            ),
            (
                &["apigateway:POST"],
                "apigateway:*:A:/restapis/*",
                &["apigateway:*::/restapis/*"],
            ),
            (
                &["route53:ChangeResourceRecordSets"],
                "route53::A:hostedzone/Z1",
                &["route53:::hostedzone/Z1"],
            ),
            (
                &["iam:GetRole"],
                "iam:${AWS::Region}:A:role/orders-*",
                &["iam::A:role/orders-*"],
            ),
            (
                &["ssm:GetParameter"],
                "ssm:*:A:parameter//orders/*",
                &["ssm:*:A:parameter/orders/*"],
            ),
        ] {
            let facts: Vec<_> = named.iter().map(|action| actions(action)).collect();
            assert!(facts.iter().all(|known| !known.is_empty()), "{named:?}");
            let facts: Vec<_> = facts.iter().map(Vec::as_slice).collect();
            let whole = |arn: &str| format!("arn:aws:{}", arn.replace(":A:", ":${AWS::AccountId}:"));
            let found: Vec<String> = meant(&whole(written), &facts)
                .into_iter()
                .map(|m| m.arn)
                .collect();
            let expected: Vec<String> = expected.iter().map(|arn| whole(arn)).collect();
            all.push((named, written, found));
            right.push((named, written, expected));
        }
        assert_eq!(all, right);
    }

    #[test]
    fn counts_edits() {
        assert_eq!(edits(b"table:a", b"table/a"), 1);
        assert_eq!(edits(b"", b"ab"), 2);
        assert_eq!(edits(b"abc", b"ac"), 1);
    }
}
