//! `<team>-build`: what every build and every developer depends on, and what depends on nothing.

use indexmap::IndexMap;

use crate::cloudformation::types::events::{EventPattern, InputTransformer, Rule, Target};
use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::types::sns::{Topic, TopicPolicy};
use crate::cloudformation::{Handle, PolicyDocument, Principal, Stack, StackKey, Statement, text};
use crate::policy::Operator;
use crate::team::Team;

use crate::constructs::admission;
use crate::constructs::failures::notifications;
use crate::constructs::failures::undelivered::{self, Undelivered};
use crate::constructs::names::{Names, Place};
use crate::constructs::storage::artifact_store::{self, ArtifactStore};
use crate::constructs::storage::bucket::{self, Content};
use crate::constructs::storage::key;
use crate::constructs::topic;

/// What other stacks use of the build stack.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) key: Handle<Key>,
    pub(crate) bucket: Handle<Bucket>,
    pub(crate) store: ArtifactStore,
    pub(crate) approvals: Handle<Topic>,
    pub(crate) artifacts: Handle<Topic>,
    pub(crate) undelivered: Undelivered,
}

pub(crate) fn add(team: &Team, names: &Names) -> (Stack, Build) {
    let region = team.world.build.region;
    let place = Place::At(team.world.build.account, region);
    let mut stack = Stack::new(
        StackKey::new("build"),
        format!("{}: where builds land, and what announces them", names.team),
    );
    let builds = bucket::arn_in_build_account(team, region, Content::Builds);

    let decrypt = Statement::allow("SubscribersDecryptBuilds")
        .action(["kms:Decrypt"])
        .on(["*".into()]);
    let decrypt = key::only_through_s3(decrypt, place, std::slice::from_ref(&builds));
    let mut admitted = artifact_store::key_statements(team, names, region);
    admitted.extend(admission::subscribers(team, names, decrypt));
    let key = key::add(&mut stack, names, place, admitted);

    let read = Statement::allow("SubscribersReadBuilds")
        .action([
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTagging",
            "s3:GetObjectVersionAttributes",
        ])
        .on([text![&builds, "/*"]]);
    let list = Statement::allow("SubscribersListBuilds")
        .action(["s3:ListBucket", "s3:ListBucketVersions"])
        .on([builds]);
    let admitted = [read, list]
        .into_iter()
        .filter_map(|statement| admission::subscribers(team, names, statement))
        .collect();
    let bucket = bucket::add(&mut stack, names, place, Content::Builds, &key, admitted);
    let store = artifact_store::add_bucket(&mut stack, team, names, region, &key);

    let approvals = topic::add(
        &mut stack,
        names,
        place,
        "ApprovalTopic",
        "approvals",
        "Approvals wanted",
    );
    topic::add_policy_of_account(&mut stack, names, place, "ApprovalTopicPolicy", &approvals);
    let artifacts = topic::add(
        &mut stack,
        names,
        place,
        "ArtifactTopic",
        "artifacts",
        "New artifacts",
    );
    let notifications = notifications::add(&mut stack, names, place, "Events that were not delivered");
    let undelivered = undelivered::add(&mut stack, names, place, &notifications);
    announce(&mut stack, team, names, &bucket, &artifacts, &undelivered);
    let build = Build {
        key,
        bucket,
        store,
        approvals,
        artifacts,
        undelivered,
    };
    (stack, build)
}

/// Every new object in the build bucket is announced on the artifact topic, which developers subscribe to.
fn announce(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    bucket: &Handle<Bucket>,
    topic: &Handle<Topic>,
    undelivered: &Undelivered,
) {
    let reason = "new builds are announced on the artifact topic";
    let topic_arn = stack.arn(topic, reason);
    let bucket_name = stack.reference(bucket, reason);
    let rule_name = names.prefixed("artifacts");
    // EventBridge says of no account and no rule that it publishes for them, so a condition would never hold; whoever makes
    // such events, the subscriber believes them no further than "look at this version in the build bucket".
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    let publish = Statement::allow("AnnounceBuilds")
        .by(Principal::Service("events.amazonaws.com".into()))
        .action(["sns:Publish"])
        .on([topic_arn.clone()]);
    // Whoever deploys a developer's stack subscribes; only our function, and only in an account let in here.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
    let endpoint = format!(
        "arn:{}:lambda:*:*:function:{}-*",
        names.partition,
        names.subscriber()
    );
    let subscribe = Statement::allow("DevelopersSubscribe")
        .action(["sns:Subscribe"])
        .on([topic_arn.clone()])
        .when(Operator::StringEquals, "sns:Protocol", ["lambda".into()])
        .when(Operator::StringLike, "sns:Endpoint", [endpoint.into()]);
    let statements = std::iter::once(publish).chain(admission::developers(team, names, subscribe));
    let policy = TopicPolicy {
        topics: vec![stack.reference(topic, reason)],
        policy_document: PolicyDocument::new(statements),
    };
    let policy = stack.add("ArtifactTopicPolicy", &policy);

    let rule = Rule {
        name: rule_name.clone(),
        description: "Announces every new artifact".to_owned(),
        event_pattern: EventPattern::object_created(bucket_name, None),
        state: "ENABLED",
        targets: vec![Target {
            id: "topic",
            arn: topic_arn,
            role_arn: None,
            input_transformer: Some(message()),
            dead_letter_config: undelivered.dead_letters(stack),
        }],
    };
    let rule = stack.add("ArtifactRule", &rule);
    stack.depends_on(&rule, &policy);
    stack.depends_on(&rule, undelivered.policy());
    undelivered.watch(stack, "ArtifactRuleAlarm", &rule_name);
}

/// The message of a new artifact: what a subscriber needs to copy exactly that version.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>
fn message() -> InputTransformer {
    InputTransformer {
        input_paths_map: IndexMap::from([
            ("bucket", "$.detail.bucket.name"),
            ("key", "$.detail.object.key"),
            ("version", "$.detail.object.version-id"),
            ("size", "$.detail.object.size"),
            ("etag", "$.detail.object.etag"),
        ]),
        input_template: concat!(
            r#"{"bucket": <bucket>, "key": <key>, "version-id": <version>, "#,
            r#""size": <size>, "etag": <etag>}"#
        )
        .to_owned(),
    }
}
