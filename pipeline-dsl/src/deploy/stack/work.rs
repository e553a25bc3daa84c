//! One stack of the program, and what the program says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::state::template::TemplateBody;
use crate::synth::AssemblyStack;

/// One stack, and what is needed to deploy it.
pub(crate) struct Work {
    pub(crate) stack: AssemblyStack,
    pub(crate) given: Result<BTreeMap<String, String>, StackError>,
    /// The parameters that are known in any case.
    pub(crate) known: BTreeMap<String, String>,
    pub(crate) body: Arc<TemplateBody>,
    /// Whether something that it needs was changed in this run: what depends on IAM may need a while to see it.
    pub(crate) needs_are_new: bool,
    pub(crate) context: Arc<DeployContext>,
}

impl Work {
    /// The build stack remembers where there are stacks that the program does not name any more.
    pub(crate) async fn remember(
        &self,
        client: &StackClient,
        state: Option<&StackState>,
        parameters: &mut BTreeMap<String, String>,
    ) -> Result<(), StackError> {
        if self.context.keeper.as_ref() != Some(&self.stack.id) {
            return Ok(());
        }
        let named = &self.context.named_places;
        let former = match state {
            Some(state) if state.status.phase() != Phase::Reviewing => {
                places::former(client, state, Some(&self.body), named).await?
            }
            _ => BTreeSet::new(),
        };
        let kept: BTreeSet<_> = former.difference(&self.context.pruned).copied().collect();
        let remembered = places::remember(&kept)?.into_iter();
        parameters.extend(remembered.map(|(name, value)| (name.to_owned(), value)));
        Ok(())
    }

    /// Whether template, parameters and tags are what they should be, from one look at the stack.
    pub(crate) fn is_current(&self, state: &StackState, given: &BTreeMap<String, String>) -> bool {
        state.is_as(&self.body, given, &self.stack.tags)
    }
}
