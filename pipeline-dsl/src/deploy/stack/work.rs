//! One stack of the program, and what the program says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places::{self, StackPlace};
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::state::template::TemplateBody;
use crate::model::Region;
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

    /// Refuses to make stacks in the build account while the team's build stack is in another of its regions, and has names that the new
    /// stacks want: half of a team would move.
    pub(crate) async fn not_beside_another(&self) -> Result<(), StackError> {
        let keeper = self.context.keeper.as_ref().and_then(|keeper| {
            let (place, name) = keeper.as_str().rsplit_once('/')?;
            Some((place.parse::<StackPlace>().ok()?, name))
        });
        let Some((keeper, name)) = keeper.filter(|(place, _)| place.account == self.stack.account) else {
            return Ok(());
        };
        let elsewhere = self
            .context
            .build_elsewhere
            .get_or_try_init(|| self.found_elsewhere(keeper, name));
        match elsewhere.await? {
            Some(region) => Err(StackError::BuildElsewhere { region: *region }),
            None => Ok(()),
        }
    }

    /// The other region that the program names in which the build account has a stack of the team of this name.
    async fn found_elsewhere(&self, keeper: StackPlace, name: &str) -> Result<Option<Region>, StackError> {
        let named = self.context.named_places.iter();
        for place in named.filter(|place| place.account == keeper.account && place.region != keeper.region) {
            let client = self.context.aws.stacks(place.account, place.region).await?;
            let state = client.describe(name).await?;
            let state = state.filter(|state| state.status.phase() != Phase::Deleted);
            if state.is_some_and(|state| state.is_of(self.context.team)) {
                return Ok(Some(place.region));
            }
        }
        Ok(None)
    }

    /// Whether template, parameters and tags are what they should be, from one look at the stack.
    pub(crate) fn is_current(&self, state: &StackState, given: &BTreeMap<String, String>) -> bool {
        state.is_as(&self.body, given, &self.stack.tags)
    }
}
