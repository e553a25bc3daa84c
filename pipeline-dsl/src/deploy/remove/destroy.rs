//! Destroys stacks, in reverse order; prunes those that the program does not name any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::error::DestroyError;
use super::orphans::{self, Abandoned, Found, Orphan};
use super::removal::{Removal, Removed, Whose};
use super::service_stacks::{self, ServiceStack};
use super::unsubscribe::{SUBSCRIPTION, unsubscribe};
use crate::deploy::aws::Aws;
use crate::deploy::delivered::Delivered;
use crate::deploy::deployment::Deployment;
use crate::deploy::report::event::Event;
use crate::deploy::report::event::Observer;
use crate::deploy::report::outcome::{Outcome, StackError, Summary};
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::options::Options;
use crate::deploy::run::places::StackPlace;
use crate::deploy::run::selection::UnknownSelection;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::graph::Walk;
use crate::deploy::walk::slots::Slots;
use crate::model::{AccountId, Region};
use crate::synth::{Assembly, StackId, pipeline_change_set};

/// What goes with the stacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DestroyOptions {
    /// Whether buckets are emptied and deleted, and keys scheduled for deletion; else they stay in their accounts.
    pub delete_data: bool,
}

/// Deletes the team's stacks that the program does not name any more, then deploys.
///
/// # Errors
/// When the selection names something that is not in the program, or a place cannot be searched; then nothing has been done.
pub async fn deploy_and_prune(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Result<(Summary, Summary), DestroyError> {
    let pruning = Pruning::of(assembly, aws, options, observer).await?;
    Ok(pruning.run().await?)
}

/// The team's stacks that the program does not name any more, and a deployment after they are gone.
pub struct Pruning {
    assembly: Arc<Assembly>,
    context: Arc<DeployContext>,
    found: Found,
    destruction: Destruction,
}

impl fmt::Debug for Pruning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pruning")
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}

impl Pruning {
    /// Looks for them; nothing is changed.
    ///
    /// # Errors
    /// When the selection names something that is not in the program, or a place cannot be searched.
    pub async fn of(
        assembly: Arc<Assembly>,
        aws: Arc<Aws>,
        options: Options,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, DestroyError> {
        options.selection.to_deploy(&assembly)?;
        let context = DeployContext::new(&assembly, aws, options, observer, BTreeSet::new());
        let context = Arc::new(context);
        let found = orphans::find_all(&context, &assembly).await?;
        let delivered = Delivered::of(&assembly);
        let mut destruction = Destruction::of_orphans(&found.stacks, Arc::clone(&context));
        // What another pipeline deploys from now on stays for it.
        let kept = destruction
            .add_services(|service| !delivered.has(&service.id))
            .await?;
        destruction.taken_over = Arc::new(kept);
        destruction.add_abandoned(found.abandoned(&delivered));
        Ok(Self {
            assembly,
            context,
            found,
            destruction,
        })
    }

    /// The stacks that are deleted, in the order in which they are.
    pub fn stacks(&self) -> impl ExactSizeIterator<Item = &StackId> {
        self.destruction.stacks()
    }

    /// Those among them that pipelines of services have deployed.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &StackId> {
        self.destruction.services()
    }

    /// Deletes them, then deploys: what came of the one and of the other.
    ///
    /// # Errors
    /// None, where the selection is that of before.
    pub async fn run(self) -> Result<(Summary, Summary), UnknownSelection> {
        let Self {
            assembly,
            context,
            found,
            destruction,
        } = self;
        let pruned: Boxed<'_, _> = Box::pin(destruction.run(DestroyOptions::default()));
        let pruned = pruned.await;
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
        let (aws, observer) = (Arc::clone(&context.aws), Arc::clone(&context.observer));
        let deployment = Deployment::of(&assembly, aws, context.options.clone(), observer, forgotten)?;
        Ok((pruned, deployment.deploy().await))
    }
}

/// Stacks that are to be deleted, with what must be gone before each.
pub struct Destruction {
    /// The last first.
    order: Vec<StackId>,
    stacks: BTreeMap<StackId, (String, AccountId, Region)>,
    after: BTreeMap<StackId, Vec<StackId>>,
    /// Those among them that pipelines of services have deployed or prepared.
    services: BTreeMap<StackId, Whose>,
    /// Stacks that stay, and that have roles of those that go.
    taken_over: Arc<BTreeSet<StackId>>,
    /// Stacks whose subscriptions end first, by name and place.
    subscribers: Vec<(String, StackPlace)>,
    context: Arc<DeployContext>,
}

impl fmt::Debug for Destruction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Destruction")
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

impl Destruction {
    /// The chosen stacks and what needs them. When everything is chosen, the team's stacks that the program does not name
    /// any more go too.
    ///
    /// # Errors
    /// When the selection names something that is not in the program, or, where everything is to go, a place cannot be
    /// searched.
    pub async fn of(
        assembly: &Assembly,
        aws: Arc<Aws>,
        options: Options,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, DestroyError> {
        let chosen = options.selection.to_destroy(assembly)?;
        let everything = options.selection.is_all();
        let context = DeployContext::new(assembly, aws, options, observer, BTreeSet::new());
        let context = Arc::new(context);
        let found = if everything {
            orphans::find_all(&context, assembly).await?
        } else {
            Found::default()
        };
        let orphans = &found.stacks;
        let mut destruction = Self::of_orphans(orphans, context);
        for stack in assembly
            .stacks()
            .iter()
            .filter(|stack| chosen.contains(&stack.id))
        {
            destruction.order.push(stack.id.clone());
            let place = (stack.stack_name.clone(), stack.account, stack.region);
            destruction.stacks.insert(stack.id.clone(), place);
            for needed in stack.depends_on.iter().filter(|needed| chosen.contains(needed)) {
                let after = destruction.after.entry(needed.clone()).or_default();
                after.push(stack.id.clone());
            }
            // Who remembers where there are stacks goes last.
            if destruction.context.keeper.as_ref() == Some(&stack.id) {
                let others = orphans.iter().map(|orphan| orphan.id.clone());
                destruction
                    .after
                    .entry(stack.id.clone())
                    .or_default()
                    .extend(others);
            }
            if assembly.template(stack).contains(SUBSCRIPTION) {
                let place = StackPlace {
                    account: stack.account,
                    region: stack.region,
                };
                destruction.subscribers.push((stack.stack_name.clone(), place));
            }
        }
        destruction.add_services(|_| true).await?;
        if everything {
            // No pipeline deploys anything any more.
            destruction.add_abandoned(found.abandoned(&Delivered::default()));
            destruction.add_not_yet_taken_over(&found, &Delivered::of(assembly));
        }
        // Without them no pipeline can deploy anything again, and an update of every developer's stack is saved.
        if destruction.services.is_empty() {
            destruction.subscribers.clear();
        }
        Ok(destruction)
    }

    /// Those of the stacks that pipelines of services have deployed.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &StackId> {
        self.services.keys()
    }

    /// What services' pipelines have deployed with roles of these stacks goes before them, and after the pipelines, where these
    /// are in another account.
    ///
    /// Those that stay are returned.
    async fn add_services(
        &mut self,
        goes: impl Fn(&ServiceStack) -> bool,
    ) -> Result<BTreeSet<StackId>, DestroyError> {
        let mut holders: BTreeMap<StackPlace, Vec<(StackId, String)>> = BTreeMap::new();
        for (id, (name, account, region)) in &self.stacks {
            let place = StackPlace {
                account: *account,
                region: *region,
            };
            holders.entry(place).or_default().push((id.clone(), name.clone()));
        }
        let found: Boxed<'_, _> = Box::pin(service_stacks::find(&self.context, &holders));
        let (found, kept): (Vec<_>, Vec<_>) = found.await?.into_iter().partition(goes);
        let mut before: Option<&ServiceStack> = None;
        for service in &found {
            let elsewhere = |id: &&StackId| {
                let account = self.stacks.get(*id).map(|(_, account, _)| *account);
                account != Some(service.place.account)
            };
            let needed = self.after.get(&service.holder);
            let mut after: Vec<StackId> = needed.into_iter().flatten().filter(elsewhere).cloned().collect();
            after.extend(
                before
                    .filter(|before| before.place == service.place)
                    .map(|before| before.id.clone()),
            );
            self.after.insert(service.id.clone(), after);
            before = Some(service);
        }
        // `order` has the last first.
        for service in found.into_iter().rev() {
            let place = (service.name, service.place.account, service.place.region);
            self.stacks.insert(service.id.clone(), place);
            let holder = self.after.entry(service.holder).or_default();
            holder.push(service.id.clone());
            self.order.push(service.id.clone());
            let whose = Whose::Pipeline {
                role: service.role,
                delete_with: None,
            };
            self.services.insert(service.id, whose);
        }
        Ok(kept.into_iter().map(|service| service.id).collect())
    }

    /// Stacks of a service that has another name now: the role that they were deployed with is gone, and the pipeline that has not
    /// deployed them yet has another one.
    fn add_not_yet_taken_over(&mut self, found: &Found, delivered: &Delivered) {
        let of_team = format!(":role/{}/", self.context.team);
        for (id, role) in &found.others {
            let (Some(role), Some(new)) = (role, delivered.role_of(id)) else {
                continue;
            };
            let Some((place, name)) = id.as_str().rsplit_once('/') else {
                continue;
            };
            let Ok(place) = place.parse::<StackPlace>() else {
                continue;
            };
            if self.services.contains_key(id) || role == new || !role.contains(&of_team) {
                continue;
            }
            // Before what is in the same place, and after the pipelines.
            let here: Vec<StackId> = self
                .stacks
                .iter()
                .filter(|(_, (_, account, region))| (*account, *region) == (place.account, place.region))
                .map(|(id, _)| id.clone())
                .collect();
            let mut after = Vec::new();
            for stack in here {
                let before = self.after.entry(stack).or_default();
                let elsewhere = before.iter().filter(|id| {
                    let account = self.stacks.get(*id).map(|(_, account, _)| *account);
                    account.is_some_and(|account| account != place.account)
                });
                after.extend(elsewhere.cloned());
                before.push(id.clone());
            }
            self.after.insert(id.clone(), after);
            self.stacks
                .insert(id.clone(), (name.to_owned(), place.account, place.region));
            self.order.push(id.clone());
            let whose = Whose::Pipeline {
                role: role.clone(),
                delete_with: Some(new.to_owned()),
            };
            self.services.insert(id.clone(), whose);
        }
    }

    /// What no pipeline deploys any more waits for nothing.
    fn add_abandoned(&mut self, abandoned: Vec<Abandoned>) {
        for stack in abandoned {
            let whose = match stack.role {
                Some(role) => Whose::Pipeline {
                    role,
                    delete_with: None,
                },
                None => Whose::Prepared(pipeline_change_set(self.context.team)),
            };
            let place = (stack.name, stack.place.account, stack.place.region);
            self.stacks.insert(stack.id.clone(), place);
            self.order.push(stack.id.clone());
            self.services.insert(stack.id, whose);
        }
    }

    /// The stacks, in the order in which they are deleted.
    pub fn stacks(&self) -> impl ExactSizeIterator<Item = &StackId> {
        self.order.iter().rev()
    }

    /// In each place the latest goes first: it may need the others.
    fn of_orphans(orphans: &[Orphan], context: Arc<DeployContext>) -> Self {
        let mut destruction = Self {
            order: orphans.iter().rev().map(|orphan| orphan.id.clone()).collect(),
            stacks: BTreeMap::new(),
            after: BTreeMap::new(),
            services: BTreeMap::new(),
            taken_over: Arc::default(),
            subscribers: orphans
                .iter()
                .map(|orphan| (orphan.name.clone(), orphan.place))
                .collect(),
            context,
        };
        let mut before: Option<&Orphan> = None;
        for orphan in orphans {
            let place = (orphan.name.clone(), orphan.place.account, orphan.place.region);
            destruction.stacks.insert(orphan.id.clone(), place);
            if let Some(before) = before.filter(|before| before.place == orphan.place) {
                destruction
                    .after
                    .entry(orphan.id.clone())
                    .or_default()
                    .push(before.id.clone());
            }
            before = Some(orphan);
        }
        destruction.order_after_pipelines(orphans);
        destruction
    }

    /// Pipelines deploy to other accounts, so what stands in the build account goes before what may have been there when it was
    /// changed last.
    fn order_after_pipelines(&mut self, orphans: &[Orphan]) {
        let Some(keeper) = self.context.keeper.clone() else {
            return;
        };
        let of_build_account = |orphan: &&Orphan| {
            let account = format!("{}/", orphan.place.account);
            keeper.as_str().starts_with(&account)
        };
        let pipelines: Vec<&Orphan> = orphans.iter().filter(of_build_account).collect();
        for orphan in orphans.iter().filter(|orphan| !of_build_account(orphan)) {
            let later = pipelines.iter().filter(|other| other.changed >= orphan.created);
            let after = self.after.entry(orphan.id.clone()).or_default();
            after.extend(later.map(|other| other.id.clone()));
        }
    }

    /// Deletes each stack after those that need it.
    pub async fn run(self, options: DestroyOptions) -> Summary {
        let context = &self.context;
        // Nothing more arrives in an account that is taken down, and starts a pipeline there.
        let unsubscribed: Boxed<'_, _> = Box::pin(unsubscribe(context, &self.subscribers));
        unsubscribed.await;
        let order: Vec<StackId> = self.stacks().cloned().collect();
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
                whose: self.services.get(id).cloned().unwrap_or(Whose::Team),
                taken_over: Arc::clone(&self.taken_over),
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
