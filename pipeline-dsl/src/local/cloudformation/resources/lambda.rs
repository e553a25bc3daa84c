use super::context::Context;
use crate::cloudformation::{ResourceKind, limits};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(super) fn check_function(context: &Context<'_>) -> Result<(), String> {
    if context.text("FunctionName").len() > 64 {
        return Err("Value at 'functionName' failed to satisfy constraint: at most 64 characters".to_owned());
    }
    context
        .check_role(context.text("Role"), "lambda.amazonaws.com")
        .map_err(|_| "The role defined for the function cannot be assumed by Lambda.".to_owned())?;
    // Inline code is a file called `index`.
    if context.properties["Code"].get("ZipFile").is_some() && !context.text("Handler").starts_with("index.") {
        return Err(format!(
            "Handler {} is not in the inline code",
            context.text("Handler")
        ));
    }
    let timeout = context.properties["Timeout"].as_u64().unwrap_or(3);
    if !(1..=900).contains(&timeout) {
        return Err(format!(
            "Value '{timeout}' at 'timeout' failed to satisfy constraint: 1 to 900"
        ));
    }
    let environment = context.properties["Environment"]["Variables"].to_string().len();
    if environment > limits::FUNCTION_ENVIRONMENT {
        return Err(
            "Lambda was unable to configure your environment variables because they exceed 4 KB".to_owned(),
        );
    }
    match context.properties["DeadLetterConfig"]["TargetArn"].as_str() {
        Some(queue) if !context.exists(queue) => {
            Err(format!("The dead-letter target {queue} does not exist"))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_named_function(context: &Context<'_>) -> Result<(), String> {
    let name = context.text("FunctionName");
    let own = context.stack.resources.values().any(|resource| {
        resource.resource_type == ResourceKind::Function.name() && (resource.physical_id == name)
    });
    if own || context.exists(name) {
        Ok(())
    } else {
        Err(format!("Function not found: {name}"))
    }
}
