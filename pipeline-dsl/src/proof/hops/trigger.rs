use super::{items, role, service, text};
use crate::policy::Request;
use crate::proof::deployed::{Deployed, Resource};
use crate::proof::hop::Hops;

const RULE: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html";
const START: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/create-S3-source-events.html";

/// What a rule does: it publishes to a topic, or starts a pipeline with a role.
pub(super) fn rule(deployed: &Deployed, rule: &Resource, hops: &mut Hops) {
    let events = service("events.amazonaws.com");
    let from_rule = |request: Request| {
        request
            .with("aws:SourceAccount", rule.home.account.as_str())
            .with("aws:SourceArn", &rule.identity.arn)
    };
    for target in items(&rule.properties, "Targets") {
        let (arn, role_arn) = (text(target, &["Arn"]), text(target, &["RoleArn"]));
        if role_arn.is_empty() {
            let action = match arn.split(':').nth(2) {
                Some("sns") => "sns:Publish",
                Some("sqs") => "sqs:SendMessage",
                _ => "lambda:InvokeFunction",
            };
            let request = from_rule(Request::new(events.clone(), action, arn));
            hops.add("the rule delivers its events", RULE, request);
            continue;
        }
        let assume = from_rule(Request::new(events.clone(), "sts:AssumeRole", role_arn));
        hops.add("EventBridge assumes the rule's role", START, assume);
        if deployed
            .by_arn(arn)
            .is_some_and(|target| target.r#type == "AWS::CodePipeline::Pipeline")
        {
            let start = Request::new(role(role_arn), "codepipeline:StartPipelineExecution", arn);
            hops.add("the rule starts the pipeline", START, start);
        }
    }
}
