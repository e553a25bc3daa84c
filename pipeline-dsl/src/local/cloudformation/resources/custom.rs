use super::context::Context;

/// The function is looked up, not run.
pub(super) fn check(context: &Context<'_>) -> Result<(), String> {
    let token = context.text("ServiceToken");
    let region = token.split(':').nth(3).unwrap_or_default();
    if region != context.stack.region {
        return Err(format!(
            "Invalid service token {token}: it must be in {}",
            context.stack.region
        ));
    }
    if !context.exists(token) {
        return Err(format!(
            "Invalid service token {token}: there is no such function"
        ));
    }
    Ok(())
}
