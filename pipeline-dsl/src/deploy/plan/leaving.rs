//! Stacks of the team that the program does not name any more: what goes with each, what stays, and what takes its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::planned::{AbandonedStack, LeavingService, LeavingStack, PlannedAction, StackPlan};
use crate::cloudformation::foreseen::{ForeseenResource, declared_in};
use crate::deploy::delivered::Delivered;
use crate::deploy::remove::error::DestroyError;
use crate::deploy::remove::orphans::{Found, Orphan};
use crate::deploy::remove::service_stacks;
use crate::deploy::report::outcome::{RetainedResource, StackError};
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places::StackPlace;
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::synth::StackId;

/// How many stacks are looked at at once.
const AT_ONCE: usize = 32;

/// What becomes of these stacks, beside the places that could not be looked at.
pub(crate) async fn of(
    context: &Arc<DeployContext>,
    orphans: Vec<Orphan>,
    planned: &[StackPlan],
    delivered: &Delivered,
) -> (Vec<LeavingStack>, Vec<(String, StackError)>) {
    let mut unsearched = Vec::new();
    let mut holders: BTreeMap<StackPlace, Vec<(StackId, String)>> = BTreeMap::new();
    for orphan in &orphans {
        let of_place = holders.entry(orphan.place).or_default();
        of_place.push((orphan.id.clone(), orphan.name.clone()));
    }
    let services: Boxed<'_, _> = Box::pin(service_stacks::find(context, &holders));
    let mut services_of: BTreeMap<StackId, Vec<LeavingService>> = BTreeMap::new();
    match services.await {
        Ok(services) => {
            let looked = retained_of_all(context, services, |service| (service.name.clone(), service.place));
            for (service, looked) in looked.await {
                let retained = looked.unwrap_or_else(|error| {
                    unsearched.push((service.id.to_string(), error));
                    Vec::new()
                });
                services_of
                    .entry(service.holder)
                    .or_default()
                    .push(LeavingService {
                        is_taken_over: delivered.has(&service.id),
                        stack: service.id,
                        retained,
                    });
            }
        }
        Err(DestroyError::Unsearched { place, source, .. }) => unsearched.push((place, *source)),
        // Nothing was chosen here that could be unknown.
        Err(DestroyError::Selection(_)) => {}
    }
    let looked = retained_of_all(context, orphans, |orphan| (orphan.name.clone(), orphan.place));
    let mut leaving = Vec::new();
    for (orphan, looked) in looked.await {
        let retained = looked.unwrap_or_else(|error| {
            unsearched.push((orphan.id.to_string(), error));
            Vec::new()
        });
        let takes_its_place = |new: &&StackPlan| {
            let mut parts = new.stack.as_str().split('/');
            let is_new = matches!(new.action, PlannedAction::Create | PlannedAction::Recreate(_));
            is_new
                && parts.next() == Some(orphan.place.account.as_str())
                && parts.next_back() == Some(orphan.name.as_str())
        };
        leaving.push(LeavingStack {
            services: services_of.remove(&orphan.id).unwrap_or_default(),
            retained,
            replaced_by: planned.iter().find(takes_its_place).map(|new| new.stack.clone()),
            stack: orphan.id,
        });
    }
    (leaving, unsearched)
}

/// What becomes of the stacks that no pipeline deploys any more, beside those that could not be looked at.
pub(crate) async fn abandoned(
    context: &Arc<DeployContext>,
    found: &Found,
    delivered: &Delivered,
) -> (Vec<AbandonedStack>, Vec<(String, StackError)>) {
    let mut unsearched = Vec::new();
    let looked = retained_of_all(context, found.abandoned(delivered), |stack| {
        (stack.name.clone(), stack.place)
    });
    let mut abandoned = Vec::new();
    for (stack, looked) in looked.await {
        let retained = looked.unwrap_or_else(|error| {
            unsearched.push((stack.id.to_string(), error));
            Vec::new()
        });
        abandoned.push(AbandonedStack {
            stack: stack.id,
            role: stack.role,
            retained,
        });
    }
    (abandoned, unsearched)
}

/// What the deletion of each of these stacks leaves.
async fn retained_of_all<T: Clone + Send + 'static>(
    context: &Arc<DeployContext>,
    stacks: Vec<T>,
    of: impl Fn(&T) -> (String, StackPlace),
) -> Vec<(T, Result<Vec<RetainedResource>, StackError>)> {
    side_by_side(AT_ONCE, stacks, |stack| {
        let (context, (name, place)) = (Arc::clone(context), of(stack));
        let looked: Boxed<'_, _> = Box::pin(async move { retained(&context, &name, place).await });
        looked
    })
    .await
}

/// What the deletion of a stack leaves, by its template.
async fn retained(
    context: &Arc<DeployContext>,
    name: &str,
    place: StackPlace,
) -> Result<Vec<RetainedResource>, StackError> {
    let mut retrying = RetryingClient::new(context, place.account, place.region);
    loop {
        let looked = async {
            let client = retrying.client().await?;
            let template = client.template(name).await?;
            let template: Value = serde_json::from_str(&template).unwrap_or_default();
            // Whatever their conditions: what is not there is not among the resources of the stack.
            let stays: Vec<&str> = declared_in(&template)
                .filter(ForeseenResource::is_retained)
                .map(|resource| resource.logical_id)
                .collect();
            if stays.is_empty() {
                return Ok(Vec::new());
            }
            let there = client.resources(name).await?.into_iter();
            let mut retained: Vec<RetainedResource> = there
                .filter(|resource| {
                    let id = resource.logical_resource_id.as_deref().unwrap_or_default();
                    stays.contains(&id)
                })
                .map(|resource| RetainedResource {
                    resource_type: resource.resource_type.unwrap_or_default(),
                    physical_id: resource.physical_resource_id.unwrap_or_default(),
                })
                .collect();
            retained.sort();
            Ok::<_, StackError>(retained)
        };
        match looked.await {
            Ok(retained) => return Ok(retained),
            Err(error) => retrying.retry(error).await?,
        }
    }
}
