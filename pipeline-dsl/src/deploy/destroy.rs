//! Destroys stacks, in reverse order; prunes those that the program does not name any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::boxed::Boxed;
use super::context::DeployContext;
use super::deployment::{Deployment, Slots};
use super::event::Event;
use super::orphans::{self, Orphan};
use super::outcome::{Outcome, StackError, Summary};
use super::places::StackPlace;
use super::remove::{Removal, Removed};
use super::walk::Walk;
use super::{Aws, Observer, Options, Selection, UnknownSelection};
use crate::model::{AccountId, Region};
use crate::synth::{Assembly, FORMER_PLACES, StackId};

/// What goes with the stacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DestroyOptions {
    /// Whether buckets are emptied and deleted, and keys scheduled for deletion; else they stay in their accounts.
    pub delete_data: bool,
}

/// Some of the stacks that the program does not name any more could not be found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PruneError {
    /// The selection names something that is not in the program.
    #[error(transparent)]
    Selection(#[from] UnknownSelection),
    /// An account and region could not be searched.
    #[error("`{place}` could not be searched for stacks that the program does not name any more")]
    Unsearched {
        /// Where.
        place: String,
        /// Why.
        source: StackError,
    },
}

/// The stacks that [`destroy`] would delete, in the order in which it would.
///
/// # Errors
/// When the selection names something that is not in the program, or, where everything is to go, a place cannot be searched.
pub async fn destroyed(
    assembly: &Assembly,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Result<Vec<StackId>, PruneError> {
    let goners = Goners::of(assembly, aws, options, observer).await?;
    Ok(goners.order.into_iter().rev().collect())
}

/// Deletes the chosen stacks and what needs them, each after those that need it. When everything is chosen, the team's
/// stacks that the program does not name any more go too.
///
/// # Errors
/// As [`destroyed`]; then nothing has been done.
pub async fn destroy(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
    destroy: DestroyOptions,
) -> Result<Summary, PruneError> {
    let goners = Goners::of(&assembly, aws, options, observer).await?;
    Ok(goners.destroy(destroy).await)
}

/// Deletes the team's stacks that the program does not name any more, then deploys.
///
/// # Errors
/// As [`destroyed`]; then nothing has been done.
pub async fn deploy_and_prune(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Result<(Summary, Summary), PruneError> {
    let everything = Options {
        selection: Selection::all(),
        ..options.clone()
    };
    // The selection is checked before anything is destroyed.
    options.selection.to_deploy(&assembly)?;
    let search = Deployment::of(
        &assembly,
        Arc::clone(&aws),
        everything,
        Arc::clone(&observer),
        BTreeSet::new(),
    )?;
    let found = orphans::find(search.context(), &assembly).await;
    if let Some((place, source)) = found.unsearched.into_iter().next() {
        return Err(PruneError::Unsearched { place, source });
    }
    let goners = Goners::of_orphans(&found.stacks, Arc::clone(search.context()));
    let pruned = goners.destroy(DestroyOptions::default()).await;
    let stays: BTreeSet<&StackId> = pruned
        .failed
        .iter()
        .map(|failure| &failure.stack)
        .chain(pruned.skipped.iter().map(|(stack, _)| stack))
        .chain(&pruned.not_begun)
        .collect();
    let kept: BTreeSet<StackPlace> = found
        .stacks
        .iter()
        .filter(|orphan| stays.contains(&orphan.id))
        .map(|orphan| orphan.place)
        .collect();
    let forgotten = found.former.difference(&kept).copied().collect();
    let deployment = Deployment::of(&assembly, aws, options, observer, forgotten)?;
    Ok((pruned, deployment.deploy().await))
}

/// What is deleted, with what must be gone before.
struct Goners {
    order: Vec<StackId>,
    stacks: BTreeMap<StackId, (String, AccountId, Region)>,
    after: BTreeMap<StackId, Vec<StackId>>,
    context: Arc<DeployContext>,
}

impl Goners {
    async fn of(
        assembly: &Assembly,
        aws: Arc<Aws>,
        options: Options,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, PruneError> {
        let chosen = options.selection.to_destroy(assembly)?;
        let everything = options.selection.is_all();
        let all = Options {
            selection: Selection::all(),
            ..options
        };
        let deployment = Deployment::of(assembly, aws, all, observer, BTreeSet::new())?;
        let mut orphans = Vec::new();
        if everything {
            let found = orphans::find(deployment.context(), assembly).await;
            if let Some((place, source)) = found.unsearched.into_iter().next() {
                return Err(PruneError::Unsearched { place, source });
            }
            orphans = found.stacks;
        }
        let mut goners = Self::of_orphans(&orphans, Arc::clone(deployment.context()));
        for stack in assembly
            .stacks()
            .iter()
            .filter(|stack| chosen.contains(&stack.id))
        {
            goners.order.push(stack.id.clone());
            let place = (stack.stack_name.clone(), stack.account, stack.region);
            goners.stacks.insert(stack.id.clone(), place);
            for needed in stack.depends_on.iter().filter(|needed| chosen.contains(needed)) {
                goners
                    .after
                    .entry(needed.clone())
                    .or_default()
                    .push(stack.id.clone());
            }
            // Who remembers where there are stacks goes last.
            if assembly.template(stack).contains(FORMER_PLACES) {
                let others = orphans.iter().map(|orphan| orphan.id.clone());
                goners.after.entry(stack.id.clone()).or_default().extend(others);
            }
        }
        Ok(goners)
    }

    /// In each place the latest goes first: it may need the others.
    fn of_orphans(orphans: &[Orphan], context: Arc<DeployContext>) -> Self {
        let mut goners = Self {
            order: orphans.iter().rev().map(|orphan| orphan.id.clone()).collect(),
            stacks: BTreeMap::new(),
            after: BTreeMap::new(),
            context,
        };
        let mut before: Option<&Orphan> = None;
        for orphan in orphans {
            let place = (orphan.name.clone(), orphan.place.account, orphan.place.region);
            goners.stacks.insert(orphan.id.clone(), place);
            if let Some(before) = before.filter(|before| before.place == orphan.place) {
                goners
                    .after
                    .entry(orphan.id.clone())
                    .or_default()
                    .push(before.id.clone());
            }
            before = Some(orphan);
        }
        goners
    }

    async fn destroy(self, options: DestroyOptions) -> Summary {
        let context = &self.context;
        let order: Vec<StackId> = self.order.iter().rev().cloned().collect();
        context.observer.observe(&Event::Planned { stacks: order.len() });
        let concurrency = context.options.concurrency;
        let slots = Slots::of(self.stacks.values().map(|(_, account, _)| *account), concurrency);
        let nodes = order
            .iter()
            .map(|id| (id.clone(), self.after.get(id).cloned().unwrap_or_default()))
            .collect();
        let start = |id: &StackId, _: &BTreeMap<StackId, Outcome>| {
            let (name, account, region) = self.stacks.get(id)?.clone();
            let slot = slots.of_account(account)?;
            let removal = Removal {
                id: id.clone(),
                name,
                account,
                region,
                delete_data: options.delete_data,
                context: Arc::clone(context),
            };
            let interrupt = context.options.interrupt.clone();
            let removal: Boxed<'_, _> = Box::pin(removal.remove());
            Some(async move {
                // The semaphore is never closed.
                let _slot = slot.acquire_owned().await;
                if interrupt.is_stopped() {
                    return Err(StackError::NotBegun);
                }
                removal.await
            })
        };
        let walked = Walk::new(nodes).run::<Removed, _, _>(start).await;
        let summary = Summary::of(&order, walked);
        for (stack, because) in &summary.skipped {
            context.observer.observe(&Event::Skipped { stack, because });
        }
        summary
    }
}
