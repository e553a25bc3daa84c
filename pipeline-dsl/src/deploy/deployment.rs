//! A deployment as a whole: which stacks, with what they share, in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aws::Aws;
use super::report::event::{Event, Observer};
use super::report::outcome::{StackError, Summary};
use super::run::context::DeployContext;
use super::run::options::Options;
use super::run::places::StackPlace;
use super::run::selection::{Part, UnknownSelection};
use super::stack::applied::Left;
use super::stack::parameters;
use super::stack::work::Work;
use super::state::template::TemplateBody;
use super::walk::boxed::Boxed;
use super::walk::graph::{Leaves, Walk, Walked};
use super::walk::slots::Slots;
use crate::synth::{Assembly, AssemblyStack, Digest, StackId};

/// The stacks that were chosen, and what their work shares.
pub(super) struct Deployment {
    /// In dependency order.
    order: Vec<StackId>,
    parts: BTreeMap<StackId, Part>,
    stacks: BTreeMap<StackId, AssemblyStack>,
    bodies: BTreeMap<Digest, Arc<TemplateBody>>,
    slots: Slots,
    context: Arc<DeployContext>,
}

impl Deployment {
    pub(super) fn of(
        assembly: &Assembly,
        aws: Arc<Aws>,
        options: Options,
        observer: Arc<dyn Observer>,
        pruned: BTreeSet<StackPlace>,
    ) -> Result<Self, UnknownSelection> {
        let parts = options.selection.to_deploy(assembly)?;
        let chosen = || {
            assembly
                .stacks()
                .iter()
                .filter(|stack| parts.contains_key(&stack.id))
        };
        let body =
            |(digest, written): (&Digest, &Arc<str>)| (digest.clone(), Arc::new(TemplateBody::of(written)));
        Ok(Self {
            order: chosen().map(|stack| stack.id.clone()).collect(),
            stacks: chosen().map(|stack| (stack.id.clone(), stack.clone())).collect(),
            bodies: assembly.templates().iter().map(body).collect(),
            slots: Slots::of(chosen().map(|stack| stack.account), options.concurrency),
            context: Arc::new(DeployContext::new(assembly, aws, options, observer, pruned)),
            parts,
        })
    }

    pub(super) fn context(&self) -> &Arc<DeployContext> {
        &self.context
    }

    /// The stacks that are worked on, not only looked at.
    pub(super) fn worked(&self) -> impl Iterator<Item = &StackId> {
        let worked = |id: &&StackId| self.parts.get(*id) == Some(&Part::Worked);
        self.order.iter().filter(worked)
    }

    /// All of them, in dependency order.
    pub(super) fn all(&self) -> impl Iterator<Item = &StackId> {
        self.order.iter()
    }

    fn stacks_in_order(&self) -> impl Iterator<Item = &AssemblyStack> {
        self.order.iter().filter_map(|id| self.stacks.get(id))
    }

    fn work(&self, id: &StackId, left: &BTreeMap<StackId, Left>) -> Option<Work> {
        let stack = self.stacks.get(id)?.clone();
        Some(Work {
            given: parameters::resolve(&stack, left),
            known: parameters::known(&stack, left),
            needs_are_new: stack
                .depends_on
                .iter()
                .any(|needed| left.get(needed).is_some_and(|left| left.is_new)),
            body: Arc::clone(self.bodies.get(&stack.template)?),
            stack,
            context: Arc::clone(&self.context),
        })
    }

    /// Brings each stack to what the assembly says, after those that it needs.
    pub(super) async fn deploy(&self) -> Summary {
        let observer = &self.context.observer;
        observer.observe(&Event::Planned {
            stacks: self.worked().count(),
        });
        let order = self
            .stacks_in_order()
            .map(|stack| (stack.id.clone(), stack.depends_on.clone()));
        let start = |id: &StackId, left: &BTreeMap<StackId, Left>| {
            let work = self.work(id, left)?;
            let slot = self.slots.of_account(work.stack.account)?;
            let part = *self.parts.get(id)?;
            let interrupt = self.context.options.interrupt.clone();
            let work: Boxed<'_, _> = match part {
                Part::Worked => Box::pin(work.apply()),
                Part::Read => Box::pin(work.read()),
            };
            Some(async move {
                // The semaphore is never closed.
                let _slot = slot.acquire_owned().await;
                if interrupt.is_stopped() {
                    return Err(StackError::NotBegun);
                }
                work.await
            })
        };
        let walked = Walk::new(order.collect()).run(start).await;
        let summary = Summary::of(self.worked(), walked);
        for (stack, because) in &summary.skipped {
            observer.observe(&Event::Skipped { stack, because });
        }
        summary
    }

    /// Does the same with each of these stacks, in no order.
    pub(super) async fn each<T, F>(
        &self,
        stacks: impl Iterator<Item = &StackId>,
        left: &BTreeMap<StackId, Left>,
        each: impl Fn(Work) -> F,
    ) -> Walked<StackId, T, StackError>
    where
        T: Leaves + Send + 'static,
        F: Future<Output = Result<T, StackError>> + Send + 'static,
    {
        let nodes = stacks.map(|id| (id.clone(), Vec::new())).collect();
        let start = |id: &StackId, _: &BTreeMap<StackId, T::Left>| {
            let work = self.work(id, left)?;
            let slot = self.slots.of_account(work.stack.account)?;
            let interrupt = self.context.options.interrupt.clone();
            let work: Boxed<'_, _> = Box::pin(each(work));
            Some(async move {
                // The semaphore is never closed.
                let _slot = slot.acquire_owned().await;
                if interrupt.is_stopped() {
                    return Err(StackError::NotBegun);
                }
                work.await
            })
        };
        Walk::new(nodes).run(start).await
    }
}
