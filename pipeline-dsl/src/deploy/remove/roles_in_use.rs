//! The stacks that are deployed with a role of a stack that is to go: without it, CloudFormation can neither change nor delete
//! them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html>

use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;

/// Refuses where other stacks of the account and region have a role of this one, but for those that may.
pub(crate) async fn check(
    client: &StackClient,
    state: &StackState,
    may: impl Fn(&str) -> bool,
) -> Result<(), StackError> {
    let roles = client.role_names(&state.stack_id).await?;
    if roles.is_empty() {
        return Ok(());
    }
    let others = client.list().await?.into_iter().filter(|other| {
        let role = other.role.as_deref().and_then(|arn| arn.rsplit('/').next());
        other.status.phase() != Phase::Deleted
            && other.stack_id != state.stack_id
            && !may(&other.name)
            && role.is_some_and(|role| roles.iter().any(|own| own == role))
    });
    let mut stacks: Vec<String> = others.map(|other| other.name).collect();
    stacks.sort_unstable();
    if stacks.is_empty() {
        Ok(())
    } else {
        Err(StackError::RoleInUse { stacks })
    }
}
