//! Which templates stacks have that stand there already.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::deploy::aws::Aws;
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::TeamName;
use crate::synth::{Assembly, AssemblyStack, StackId, TEMPLATE_DIGEST};

/// Which template a stack has, beside what the program says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeployedTemplate {
    /// It is not there.
    Absent,
    /// It has the program's template.
    Current,
    /// It has another one: this.
    Other(String),
    /// Its account does not answer, or does not let us look.
    Unknown,
}

/// As many accounts are asked at once.
const AT_ONCE: usize = 32;

/// Looks which templates these stacks have. A template that several have is fetched of one of them; the others that have the same are left
/// out of the answer.
pub async fn deployed_templates(
    assembly: &Assembly,
    aws: Arc<Aws>,
    stacks: &[&AssemblyStack],
) -> Vec<(StackId, DeployedTemplate)> {
    let team = assembly.team();
    let look = |stack: &AssemblyStack| {
        let (aws, stack) = (Arc::clone(&aws), stack.clone());
        async move { state(&aws, team, &stack).await }
    };
    let stacks = stacks.iter().map(|stack| (*stack).clone());
    let mut found = Vec::new();
    let mut fetched = BTreeSet::new();
    for (stack, state) in side_by_side(AT_ONCE, stacks, look).await {
        let template_there = match state {
            Err(_) => DeployedTemplate::Unknown,
            Ok(None) => DeployedTemplate::Absent,
            Ok(Some(state)) => {
                let digest = state.outputs.get(TEMPLATE_DIGEST).cloned().unwrap_or_default();
                if digest == stack.template.as_str() {
                    DeployedTemplate::Current
                } else if !digest.is_empty() && !fetched.insert((stack.template.clone(), digest)) {
                    continue;
                } else {
                    match template(&aws, &stack, &state).await {
                        Ok(template) => DeployedTemplate::Other(template),
                        Err(_) => DeployedTemplate::Unknown,
                    }
                }
            }
        };
        found.push((stack.id, template_there));
    }
    found
}

async fn state(aws: &Aws, team: TeamName, stack: &AssemblyStack) -> Result<Option<StackState>, StackError> {
    let client = aws.stacks(stack.account, stack.region).await?;
    let state = client.describe(&stack.stack_name).await?;
    let there = |state: &StackState| {
        let gone = matches!(
            state.status.phase(),
            Phase::Deleted | Phase::Reviewing | Phase::CreationRolledBack | Phase::CreationFailed
        );
        state.is_of(team) && !gone
    };
    Ok(state.filter(there))
}

async fn template(aws: &Aws, stack: &AssemblyStack, state: &StackState) -> Result<String, StackError> {
    let client = aws.stacks(stack.account, stack.region).await?;
    Ok(client.template(&state.stack_id).await?)
}
