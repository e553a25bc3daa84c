use serde_json::Value;

use super::context::Context;
use crate::cloudformation::limits;

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
pub(super) fn check_rule(context: &Context<'_>) -> Result<(), String> {
    let pattern = context.properties["EventPattern"].to_string();
    if pattern.len() > limits::EVENT_PATTERN {
        return Err(format!(
            "Event pattern is longer than {} characters",
            limits::EVENT_PATTERN
        ));
    }
    let targets = context.properties["Targets"].as_array();
    if targets.is_some_and(|targets| targets.len() > 5) {
        return Err("The requested resource exceeds the maximum number allowed: 5 targets".to_owned());
    }
    for role in targets
        .into_iter()
        .flatten()
        .filter_map(|target| target["RoleArn"].as_str())
    {
        context.check_role(role, "events.amazonaws.com")?;
    }
    for target in targets.into_iter().flatten() {
        let name = target["Arn"].as_str().unwrap_or_default();
        let region = name.split(':').nth(3).unwrap_or_default();
        if region != context.stack.region {
            return Err(format!("Target {name} is not in {}", context.stack.region));
        }
        check_transformer(&target["InputTransformer"])?;
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        if let Some(queue) = target["DeadLetterConfig"]["Arn"].as_str()
            && queue.split(':').nth(3) != Some(context.stack.region.as_str())
        {
            return Err(format!(
                "Dead-letter queue {queue} is not in {}",
                context.stack.region
            ));
        }
    }
    Ok(())
}

/// Every `<name>` of the template must be a path.
fn check_transformer(transformer: &Value) -> Result<(), String> {
    let template = transformer["InputTemplate"].as_str().unwrap_or_default();
    for name in template
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(name, _)| name))
    {
        if transformer["InputPathsMap"].get(name).is_none() && !name.starts_with("aws.") {
            return Err(format!(
                "InputTemplate for target refers to {name}, which is no path"
            ));
        }
    }
    Ok(())
}
