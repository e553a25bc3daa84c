//! What an action that nobody knows was probably meant to be.

use super::api_names::{of_operation, of_other_service, prefix_of};
use super::table::{of_service, services};
use crate::model::is_near;

/// So many letters may be wrong.
const MOST: usize = 2;

/// The action that was meant by one that is not in the table: of its service, or of a service that is spelt nearly so, is called
/// so, or is taken for it, and has an action of that name. None where nothing is near: it may be newer than the table.
///
/// ```
/// # use pipeline_dsl::policy::authorization::nearest_action;
/// assert_eq!(nearest_action("lambda:CreateFuncton").as_deref(), Some("lambda:CreateFunction"));
/// assert_eq!(nearest_action("lamda:CreateFunction").as_deref(), Some("lambda:CreateFunction"));
/// assert_eq!(nearest_action("lambda:Invoke").as_deref(), Some("lambda:InvokeFunction"));
/// assert_eq!(nearest_action("stepfunctions:CreateStateMachine").as_deref(), Some("states:CreateStateMachine"));
/// assert_eq!(nearest_action("lambda:DoWhatNobodyKnows"), None);
/// ```
pub fn nearest_action(action: &str) -> Option<String> {
    let (service, name) = action.split_once(':')?;
    if of_service(service).is_some() {
        return of_operation(service, name)
            .or_else(|| of_other_service(service, name))
            .or_else(|| near_in(service, name).map(|(_, near)| near));
    }
    if let Some(prefix) = prefix_of(service) {
        let near = of_operation(prefix, name).or_else(|| near_in(prefix, name).map(|(_, near)| near));
        return near.or_else(|| of_other_service(prefix, name));
    }
    let spelt_nearly_so = services().filter_map(|candidate| {
        let letters = distance(service, candidate)?;
        let (more, near) = near_in(candidate, name)?;
        Some((letters + more, near))
    });
    let near = spelt_nearly_so.min().map(|(_, near)| near);
    near.or_else(|| of_other_service(service, name))
}

/// The action of a service whose name is nearest, with the number of letters that are wrong.
fn near_in(service: &str, name: &str) -> Option<(usize, String)> {
    let actions = of_service(service)?;
    if name == "*" || !super::actions(&format!("{service}:{name}")).is_empty() {
        return Some((0, format!("{service}:{name}")));
    }
    // Of a pattern such as `Descrbe*`, the first word.
    if let Some(stem) = name.strip_suffix('*').filter(|stem| !stem.contains(['*', '?'])) {
        let words = actions.values().map(|facts| first_word(facts.name));
        let near = words.filter_map(|word| Some((distance(stem, word)?, word))).min();
        return near.map(|(letters, word)| (letters, format!("{service}:{word}*")));
    }
    let named = actions.values();
    let near = named.filter_map(|facts| Some((distance(name, facts.name)?, facts.name)));
    near.min()
        .map(|(letters, name)| (letters, format!("{service}:{name}")))
}

fn first_word(name: &str) -> &str {
    let mut capitals = name.match_indices(|letter: char| letter.is_ascii_uppercase());
    let second = capitals.nth(1).map_or(name.len(), |(position, _)| position);
    name.get(..second).unwrap_or(name)
}

/// How many letters must be put in, taken out or changed; none where it is not the one word with a slip in it.
pub(super) fn distance(written: &str, known: &str) -> Option<usize> {
    let most = if known.len() <= 4 { 1 } else { MOST };
    (0..=most).find(|letters| is_near(written.as_bytes(), known.as_bytes(), *letters))
}

#[cfg(test)]
mod tests {
    use super::nearest_action;

    #[test]
    fn finds_what_was_meant() {
        for (written, meant) in [
            ("lamda:CreateFuncton", "lambda:CreateFunction"),
            ("dynamodb:CreatTable", "dynamodb:CreateTable"),
            ("dynamodb:Descrbe*", "dynamodb:Describe*"),
            ("dynamdb:*", "dynamodb:*"),
            ("sns:Publsih", "sns:Publish"),
            ("cloudwach:PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
            ("s3:GetObjects", "s3:GetObject"),
            ("s3:HeadObject", "s3:GetObject"),
            ("s3:ListObjectsV2", "s3:ListBucket"),
            ("s3:PutBucketEncryption", "s3:PutEncryptionConfiguration"),
            ("lambda:Invoke", "lambda:InvokeFunction"),
            ("apigateway:CreateRestApi", "apigateway:POST"),
            ("cloudwatchlogs:CreateLogGroup", "logs:CreateLogGroup"),
            ("stepfunctions:CreateStateMachine", "states:CreateStateMachine"),
            ("stepfunctions:*", "states:*"),
            ("events:CreateSchedule", "scheduler:CreateSchedule"),
            ("cloudwatch:PutLogEvents", "logs:PutLogEvents"),
            ("sns:SendMessage", "sqs:SendMessage"),
            ("ecs:DescribeLogGroups", "logs:DescribeLogGroups"),
        ] {
            assert_eq!(nearest_action(written).as_deref(), Some(meant), "{written}");
        }
        for newer in [
            "lambda:InvokeSomethingNew",
            "quantumlake:CreateLake",
            "sns2:CreateRiver",
        ] {
            assert_eq!(nearest_action(newer), None, "{newer}");
        }
    }
}
