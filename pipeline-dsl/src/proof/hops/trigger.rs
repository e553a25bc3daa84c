use super::asking::{Source, by_service, role};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::{items, text};

const RULE: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html";
const START: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/create-S3-source-events.html";

/// What a rule does: it publishes to a topic, or starts a pipeline with a role.
pub(super) fn rule(deployed: &Deployed, rule: &Resource, hops: &mut Hops<'_>) {
    let events =
        |call, action: &str, on: &str| by_service(call, "events.amazonaws.com", action, on, Source::of(rule));
    for target in items(&rule.properties, "Targets") {
        let (arn, role_arn) = (text(target, &["Arn"]), text(target, &["RoleArn"]));
        if role_arn.is_empty() {
            let publish = events(ServiceCall::EventsPublishes, "sns:Publish", arn);
            hops.add("the rule delivers its events", RULE, publish);
            continue;
        }
        let assume = events(ServiceCall::EventsAssumesRole, "sts:AssumeRole", role_arn);
        hops.add("EventBridge assumes the rule's role", START, assume);
        if deployed
            .by_arn(arn)
            .is_some_and(|target| target.kind == ResourceKind::Pipeline)
        {
            let start = Request::new(role(role_arn), "codepipeline:StartPipelineExecution", arn);
            hops.add("the rule starts the pipeline", START, start);
        }
    }
}
