//! Sees what a decision needs.

use super::decide::{Claim, Decision, Fact, Goal, Seen, Step, Tried, decide};
use super::operation::blocking;
use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::StackState;
use crate::model::TeamName;

/// The next step with a stack that was described a moment ago, and by what it is the team's.
pub(crate) async fn next_step(
    client: &StackClient,
    (team, claim): (TeamName, Claim<'_>),
    stack: Option<&StackState>,
    goal: Goal,
    tried: &Tried,
) -> Result<Step, StackError> {
    let mut seen = Seen {
        team,
        claim,
        stack,
        change_sets: None,
        blocking: None,
    };
    let id = stack.map(|stack| stack.stack_id.as_str()).unwrap_or_default();
    // Each fact is asked for once.
    loop {
        match decide(&seen, goal, tried) {
            Decision::Do(step) => return Ok(step),
            Decision::See(Fact::ChangeSets) => seen.change_sets = Some(client.change_set_names(id).await?),
            Decision::See(Fact::Blocking) => seen.blocking = Some(blocking(client, id).await?),
        }
    }
}
