use super::{Context, Rules};
use crate::cloudformation::types::WAIT_CONDITION_HANDLE;
use crate::cloudformation::{AskedOf, Forbidden, Handlers, Identity, Policies, ResourceKind, TypeFacts};

/// Custom resources have whatever properties their function knows.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
pub(super) const RULES: Rules = Rules {
    facts: ResourceKind::Backfill.facts(),
    open: true,
    refuses: check,
};

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

/// What stands for services' stacks, of which only their being there matters.
pub(super) const PLACEHOLDER: Rules = Rules {
    facts: &TypeFacts {
        name: WAIT_CONDITION_HANDLE,
        properties: &[],
        required: &[],
        replaced_by: &[],
        identity: |new, _| Identity::nameless(new),
        holds_data: false,
        policies: Policies::None,
        passed_roles: &[],
        handlers: Handlers {
            on: AskedOf::Itself,
            of_itself: &[],
            of_account: &[],
        },
        drift_is_detected: true,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    },
    open: false,
    refuses: super::anything,
};
