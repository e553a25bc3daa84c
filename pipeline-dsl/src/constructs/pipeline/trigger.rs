//! What starts a pipeline: a new version of one of its artifacts.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/create-S3-source-events.html>

use crate::cloudformation::types::codepipeline::Pipeline;
use crate::cloudformation::types::events::{EventPattern, Rule, Target};
use crate::cloudformation::{Handle, Stack, Statement};
use crate::team::Definition;

use super::delivery::Delivery;
use crate::constructs::names::{Names, Purpose};
use crate::constructs::role::{self, ServiceRole};

pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    definition: &Definition,
    delivery: &Delivery<'_>,
    pipeline: &Handle<Pipeline>,
) {
    let service = &definition.service.name;
    let place = delivery.place;
    let pipeline_arn = place.arn("codepipeline", stack.reference(pipeline, "the rule starts it"));
    let rule_name = names.service(service);
    let rule_arn = place.arn("events", format!("rule/{rule_name}"));
    let trust = role::trust_service("events.amazonaws.com");
    let entry = ServiceRole {
        service,
        purpose: Purpose::Trigger,
        description: format!("Starts the pipeline of {service}"),
        trust: role::for_source(role::for_account(trust, place.account()), rule_arn),
        statements: vec![
            Statement::allow("StartPipeline")
                .action(["codepipeline:StartPipelineExecution"])
                .on([pipeline_arn.clone()]),
        ],
    };
    let starter = role::add(stack, names, place, "TriggerRole".to_owned(), entry);
    let bucket = stack.reference(delivery.source, "new objects in it start the pipeline");
    let entry = Rule {
        name: rule_name.clone(),
        description: format!("Starts the pipeline of {service} on new artifacts"),
        event_pattern: EventPattern::object_created(bucket, Some(definition.keys())),
        state: "ENABLED",
        targets: vec![Target {
            id: "pipeline",
            arn: pipeline_arn,
            role_arn: Some(stack.arn(&starter, "the rule starts the pipeline with it")),
            input_transformer: None,
            dead_letter_config: delivery.undelivered.dead_letters(stack),
        }],
    };
    stack.add("TriggerRule", &entry);
    delivery.undelivered.watch(stack, "TriggerAlarm", &rule_name);
}
