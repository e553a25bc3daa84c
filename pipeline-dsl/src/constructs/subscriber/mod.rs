//! How a developer's account receives artifacts: a function there copies what the build account announces.
//!
//! The account pulls, with a role that can only read builds; the build account has no power over it.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use sha2::{Digest as _, Sha256};

use crate::cloudformation::types::custom::Backfill;
use crate::cloudformation::types::iam::{Policy, Role};
use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::lambda::{
    Code, DeadLetterConfig, Environment, EventInvokeConfig, Function, LoggingConfig, Permission,
};
use crate::cloudformation::types::logs::LogGroup;
use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::types::sns::{RedrivePolicy, Subscription, Topic};
use crate::cloudformation::types::sqs::{Queue, QueuePolicy};
use crate::cloudformation::types::subscriber_code::SubscriberCode;
use crate::cloudformation::{
    Condition, ConditionRef, Handle, OnlyIf, Parameter, ParameterRef, PolicyDocument, Principal, Pseudo,
    Stack, Statement, Text, limits, text,
};
use crate::policy::Operator;
use crate::team::Team;

use crate::constructs::build::Build;
use crate::constructs::failures::alarm;
use crate::constructs::names::{Account, Names, Place};
use crate::constructs::role;
use crate::constructs::storage::bucket;
use crate::constructs::storage::bucket::Content;
use crate::constructs::storage::key;
use crate::constructs::storage::logs;

/// The function. It is a file of its own, tested against S3 in `tests/interop/`.
const SOURCE: &str = include_str!("subscriber.py");

/// As long as a function may run; a backfill copies one artifact after the other.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const TIMEOUT_SECONDS: u32 = 900;
/// What failed waits this long for somebody: as long as SQS keeps a message.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
const DEAD_LETTER_SECONDS: u32 = 14 * 24 * 60 * 60;

/// As many bytes as the parameter [`Backfill::HELD_KEYS`] may have: the function has it in its environment, whose other variables
/// have 600 at most: two buckets of 63 characters, the ARN of a key, the URL of a queue, a region, and their names.
pub(crate) const HELD_KEYS_BYTES: usize = limits::FUNCTION_ENVIRONMENT - 600;

/// What is copied from where to where.
#[derive(Debug)]
pub(crate) struct Copying<'a> {
    pub(crate) from: &'a Build,
    pub(crate) to: &'a Handle<Bucket>,
    pub(crate) key: &'a Handle<Key>,
    pub(crate) notifications: &'a Handle<Topic>,
}

/// Adds the function, its subscription and its backfill. Returns the parameter that holds artifacts back.
pub(crate) fn add(stack: &mut Stack, team: &Team, names: &Names, copying: &Copying<'_>) -> ParameterRef {
    let held_keys = stack.parameter(
        Backfill::HELD_KEYS,
        Parameter::comma_delimited_list("Artifacts that upstream versions must not overwrite"),
    );
    let topic = stack.arn(&copying.from.artifacts, "the account subscribes to new artifacts");
    // A subscription lives in its topic's region, and its dead-letter queue must too.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    let build_region = team.world.build.region;
    let same_region = stack.condition(
        "InTheRegionOfTheTopic",
        Condition::Equals(Pseudo::Region.into(), build_region.as_str().into()),
    );
    // From an opt-in region to others SNS acts under a name of that region.
    // https://docs.aws.amazon.com/sns/latest/dg/lambda-prereq.html
    let global = Text::from("sns.amazonaws.com");
    let sns = if build_region.is_opt_in() {
        Text::either(
            &same_region,
            global,
            format!("sns.{build_region}.amazonaws.com").into(),
        )
    } else {
        global
    };

    let dead_letters = add_dead_letters(stack, names, &topic, &sns, copying.notifications);
    let log_group = logs::add(
        stack,
        "SubscriberLogGroup",
        text!["/aws/lambda/", names.subscriber_function()],
    );
    let role = add_role(stack, team, names, copying, &dead_letters, &log_group);
    let function = add_function(
        stack,
        team,
        names,
        copying,
        &held_keys,
        &dead_letters,
        &log_group,
        &role,
    );

    let reason = "SNS invokes it";
    let permission = Permission {
        action: "lambda:InvokeFunction",
        function_name: stack.reference(&function, reason),
        principal: sns,
        source_arn: topic.clone(),
    };
    let permission = stack.add("SubscriberPermission", &permission);
    let retries = EventInvokeConfig {
        function_name: stack.reference(&function, reason),
        qualifier: "$LATEST",
        maximum_retry_attempts: 2,
        maximum_event_age_in_seconds: 21_600,
    };
    stack.add("SubscriberRetries", &retries);

    let subscription = subscription(stack, team, &topic, &function, &dead_letters, &same_region);
    let subscription = stack.add("Subscription", &subscription);
    stack.depends_on(&subscription, &permission);

    let backfill = Backfill {
        service_token: stack.arn(&function, "it copies what is there already"),
        service_timeout: TIMEOUT_SECONDS.to_string(),
        build_bucket: stack.reference(&copying.from.bucket, "the account copies builds from it"),
        held_keys: Text::join(",", &held_keys),
        artifacts: artifacts(team),
    };
    let backfill = stack.add("Backfill", &backfill);
    // Subscribed first, so that what arrives during the backfill is not missed.
    stack.depends_on(&backfill, &subscription);
    held_keys
}

/// The keys of all artifacts.
fn keys(team: &Team) -> BTreeSet<&str> {
    let sources = team.pipelines.iter().flat_map(|pipeline| &pipeline.sources);
    sources.map(|source| source.key.as_str()).collect()
}

/// The same in short. With others the account is filled anew: what was announced while the function did not know
/// it is there already, and does not come again by itself.
fn artifacts(team: &Team) -> String {
    let keys = keys(team);
    let joined: Vec<&str> = keys.iter().copied().collect();
    let digest = Sha256::digest(joined.join(" "));
    let digest = digest
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{} ({digest:016x})", keys.len())
}

/// What could not be copied ends here, and an alarm says so.
fn add_dead_letters(
    stack: &mut Stack,
    names: &Names,
    topic: &Text,
    sns: &Text,
    notifications: &Handle<Topic>,
) -> Handle<Queue> {
    let queue = stack.add(
        "DeadLetterQueue",
        &Queue {
            queue_name: names.prefixed("dead-letters"),
            message_retention_period: DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled: true,
        },
    );
    stack.discard(&queue);
    let reason = "what fails is sent to it";
    let send = Statement::allow("SubscriptionSends")
        .by(Principal::Service(sns.clone()))
        .action(["sqs:SendMessage"])
        .on([stack.arn(&queue, reason)])
        .when(Operator::ArnLike, "aws:SourceArn", [topic.clone()]);
    let policy = QueuePolicy {
        queues: vec![stack.reference(&queue, reason)],
        policy_document: PolicyDocument::new([send]),
    };
    stack.add("DeadLetterQueuePolicy", &policy);
    alarm::add_for_queue(
        stack,
        "DeadLetterAlarm",
        names.prefixed("dead-letters"),
        "Artifacts did not arrive in this account",
        notifications,
    );
    queue
}

fn add_role(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    copying: &Copying<'_>,
    dead_letters: &Handle<Queue>,
    log_group: &Handle<LogGroup>,
) -> Handle<Role> {
    let here = Place::OfStack;
    let there = Place::At(team.world.build.account, team.world.build.region);
    let builds = bucket::arn_in_build_account(team, team.world.build.region, Content::Builds);
    let own = stack.arn(copying.to, "the account copies builds into it");
    let own_key = stack.arn(copying.key, "the copies are encrypted with it");
    let build_key = stack.arn(&copying.from.key, "builds are encrypted with it");
    let decrypt = Statement::allow("DecryptBuilds")
        .action(["kms:Decrypt"])
        .on([build_key]);
    let encrypt = Statement::allow("EncryptCopies")
        .action(["kms:Decrypt", "kms:GenerateDataKey"])
        .on([own_key]);
    let statements = [
        Statement::allow("ReadBuilds")
            .action([
                "s3:GetObjectVersion",
                "s3:GetObjectVersionTagging",
                "s3:GetObjectVersionAttributes",
            ])
            .on([text![&builds, "/*"]]),
        Statement::allow("ListBuilds")
            .action(["s3:ListBucket", "s3:ListBucketVersions"])
            .on([builds.clone()]),
        key::only_through_s3(decrypt, there, &[builds]),
        Statement::allow("WriteCopies")
            .action([
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:GetObjectVersionTagging",
                "s3:PutObject",
                "s3:PutObjectTagging",
            ])
            .on([text![&own, "/*"]]),
        // Without it S3 says 403, not 404, of a copy that is not there yet.
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
        Statement::allow("ListCopies")
            .action(["s3:ListBucket", "s3:ListBucketVersions"])
            .on([own.clone()]),
        key::only_through_s3(encrypt, here, &[own]),
        Statement::allow("SendDeadLetters")
            .action(["sqs:SendMessage"])
            .on([stack.arn(dead_letters, "what fails is sent to it")]),
        Statement::allow("WriteLog")
            .action(["logs:CreateLogStream", "logs:PutLogEvents"])
            .on([stack.arn(log_group, "the function logs to it")]),
    ];
    let trust = role::trust_service("lambda.amazonaws.com");
    let role = Role {
        role_name: names.subscriber_role(),
        path: names.team_path(),
        description: "Copies new artifacts into this account".to_owned(),
        assume_role_policy_document: PolicyDocument::new([role::for_account_where_sent(
            names,
            trust,
            Account::OfStack,
        )]),
        policies: vec![Policy {
            policy_name: "permissions",
            policy_document: PolicyDocument::new(statements),
        }],
    };
    stack.add("SubscriberRole", &role)
}

#[expect(clippy::too_many_arguments, reason = "the function uses each of them")]
fn add_function(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    copying: &Copying<'_>,
    held_keys: &ParameterRef,
    dead_letters: &Handle<Queue>,
    log_group: &Handle<LogGroup>,
    role: &Handle<Role>,
) -> Handle<Function> {
    let reason = "the function is told where to copy";
    let variables = IndexMap::from([
        (
            "BUILD_BUCKET",
            stack.reference(&copying.from.bucket, "the account copies builds from it"),
        ),
        ("BUILD_REGION", team.world.build.region.as_str().into()),
        ("OWN_BUCKET", stack.reference(copying.to, reason)),
        (
            "OWN_KEY",
            stack.arn(copying.key, "the copies are encrypted with it"),
        ),
        ("HELD_KEYS", Text::join(",", held_keys)),
        (
            "DEAD_LETTERS",
            stack.reference(dead_letters, "what fails is sent to it"),
        ),
    ]);
    let function = Function {
        function_name: names.subscriber_function(),
        description: format!("Copies new artifacts of {} into this account", names.team),
        runtime: "python3.13",
        handler: "index.handler",
        code: Code {
            zip_file: SubscriberCode::write(SOURCE, &keys(team)),
        },
        role: stack.arn(role, "the function runs with it"),
        timeout: TIMEOUT_SECONDS,
        memory_size: 256,
        environment: Environment { variables },
        dead_letter_config: DeadLetterConfig {
            target_arn: stack.arn(dead_letters, "what fails is sent to it"),
        },
        logging_config: LoggingConfig {
            log_format: "JSON",
            log_group: stack.reference(log_group, "the function logs to it"),
        },
    };
    stack.add("Subscriber", &function)
}

/// The subscription has no filter policy: what is held is kept away by the function. It has to know in any case, because a
/// change of a filter policy takes up to 15 minutes to apply; and a filter policy takes 150 values, a topic 200 of them.
/// <https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html>
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>
fn subscription(
    stack: &mut Stack,
    team: &Team,
    topic: &Text,
    function: &Handle<Function>,
    dead_letters: &Handle<Queue>,
    same_region: &ConditionRef,
) -> Subscription {
    let redrive = RedrivePolicy {
        dead_letter_target_arn: stack.arn(dead_letters, "what fails is sent to it"),
    };
    Subscription {
        topic_arn: topic.clone(),
        region: team.world.build.region.to_string(),
        protocol: "lambda",
        endpoint: stack.arn(function, "SNS invokes it"),
        redrive_policy: OnlyIf::new(same_region, redrive),
    }
}

#[cfg(test)]
mod tests {
    use super::{SOURCE, SubscriberCode};

    #[test]
    fn the_function_lets_probes_through() {
        let line = format!("\nPROBES = \"{}\"\n", SubscriberCode::PROBES);
        assert!(SOURCE.contains(&line));
    }
}
