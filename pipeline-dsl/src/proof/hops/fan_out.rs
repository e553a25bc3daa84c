use crate::proof::json::items;
use serde_json::Value;

use super::asking::{Source, by_service, label, role};
use super::storage::Storage;
use crate::cloudformation::ResourceKind;
use crate::model::Region;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::text;

const SUBSCRIBE: &str = "https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html";
const DEAD_LETTERS: &str = "https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html";
const FUNCTION: &str = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html";
const FAILURES: &str = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html";
const COPY: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html";
const ALARM: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html";
const BACKFILL: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html";

/// How artifacts reach the developers.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    for subscription in deployed.of_kind_with_admitted(ResourceKind::Subscription) {
        hops.serve(of_developer(subscription));
        self::subscription(subscription, hops);
    }
    for function in deployed.of_kind_with_admitted(ResourceKind::Function) {
        hops.serve(of_developer(function));
        self::function(deployed, function, hops);
    }
    for alarm in deployed.of_kind_with_admitted(ResourceKind::Alarm) {
        hops.serve(label("alarm", alarm));
        for topic in items(&alarm.properties, "AlarmActions").filter_map(Value::as_str) {
            let request = by_service(
                ServiceCall::CloudWatchPublishes,
                "cloudwatch.amazonaws.com",
                "sns:Publish",
                topic,
                Source::of(alarm),
            );
            hops.add("the alarm tells the team", ALARM, request);
        }
    }
}

fn of_developer(resource: &Resource) -> String {
    match resource.developer {
        Some(developer) => format!("developer {developer}"),
        None => label("function", resource),
    }
}

pub(super) fn subscription(subscription: &Resource, hops: &mut Hops<'_>) {
    let properties = &subscription.properties;
    let (topic, endpoint) = (text(properties, &["TopicArn"]), text(properties, &["Endpoint"]));
    // Whoever deploys the stack.
    let deployer = Requester::Administrator(subscription.home.account.to_string());
    let subscribe = subscribing(deployer, topic, text(properties, &["Protocol"]), endpoint);
    hops.add("the account subscribes to new artifacts", SUBSCRIBE, subscribe);
    let source = topic.split(':').nth(4).unwrap_or_default();
    let sns = principal(topic, subscription.home.region);
    let by_topic = |call, action: &str, on: &str| {
        let source = Source {
            account: source,
            arn: topic,
        };
        by_service(call, &sns, action, on, source)
    };
    let invoke = by_topic(ServiceCall::SnsInvokesFunction, "lambda:InvokeFunction", endpoint);
    hops.add("the topic announces an artifact", SUBSCRIBE, invoke);
    let queue = text(properties, &["RedrivePolicy", "deadLetterTargetArn"]);
    if !queue.is_empty() {
        let send = by_topic(ServiceCall::SnsSendsDeadLetter, "sqs:SendMessage", queue);
        hops.add("an announcement that does not arrive is kept", DEAD_LETTERS, send);
    }
}

/// Somebody subscribes an endpoint to a topic.
pub(in crate::proof) fn subscribing(who: Requester, topic: &str, protocol: &str, endpoint: &str) -> Request {
    Request::new(who, "sns:Subscribe", topic).sent_on(
        ServiceCall::SnsSubscribes,
        [("sns:Protocol", protocol), ("sns:Endpoint", endpoint)],
    )
}

/// SNS as whom it delivers from a topic: from a region that has to be enabled to another one,
/// under a name of its own.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html>
fn principal(topic: &str, to: Region) -> String {
    let region = topic.split(':').nth(3).unwrap_or_default();
    match region.parse::<Region>() {
        Ok(region) if region.is_opt_in() && region != to => format!("sns.{region}.amazonaws.com"),
        _ => "sns.amazonaws.com".to_owned(),
    }
}

pub(super) fn function(deployed: &Deployed, function: &Resource, hops: &mut Hops<'_>) {
    let properties = &function.properties;
    let role_arn = text(properties, &["Role"]);
    let who = role(role_arn);
    let assume = by_service(
        ServiceCall::LambdaAssumesRole,
        "lambda.amazonaws.com",
        "sts:AssumeRole",
        role_arn,
        Source::of(function),
    );
    hops.add("Lambda assumes the function's role", FUNCTION, assume);
    let group = text(properties, &["LoggingConfig", "LogGroup"]);
    let stream = function.home.arn(
        "logs",
        &format!("log-group:{group}:log-stream:2026/01/01/a1b2c3d"),
    );
    let logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
    hops.add_each("the function logs", FUNCTION, &who, &logs, &stream);
    let failures = text(properties, &["DeadLetterConfig", "TargetArn"]);
    if !failures.is_empty() {
        let send = Request::new(who.clone(), "sqs:SendMessage", failures);
        hops.add("an event that fails is kept", FAILURES, send);
    }
    let owner = Requester::Administrator(function.home.account.to_string());
    let invoke = Request::new(owner, "lambda:InvokeFunction", &function.identity.arn);
    hops.add("the stack fills the account", BACKFILL, invoke);

    let variable = |name: &str| text(properties, &["Environment", "Variables", name]);
    // Of any artifact.
    let key = "service/artifact.zip";
    if let Some(upstream) = Storage::of(deployed, variable("BUILD_BUCKET")) {
        let reads = "the subscriber reads the artifact";
        let actions = [
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTagging",
            "s3:GetObjectVersionAttributes",
        ];
        upstream.read(hops, reads, &who, &actions, key);
        let lists = ["s3:ListBucket", "s3:ListBucketVersions"];
        hops.add_each(
            "the backfill lists what there is",
            COPY,
            &who,
            &lists,
            upstream.arn(),
        );
    }
    if let Some(own) = Storage::of(deployed, variable("OWN_BUCKET")) {
        let reads = "the subscriber looks at what it has";
        let actions = [
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTagging",
        ];
        own.read(hops, reads, &who, &actions, key);
        let lists = ["s3:ListBucket", "s3:ListBucketVersions"];
        hops.add_each(reads, COPY, &who, &lists, own.arn());
        own.write(hops, "the subscriber writes its copy", &who, key);
        let writes = ["s3:PutObjectTagging", "s3:AbortMultipartUpload"];
        hops.add_each(
            "the subscriber marks its copy",
            COPY,
            &who,
            &writes,
            &own.object(key),
        );
    }
}
