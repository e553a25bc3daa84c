//! The team's stacks that the program does not name any more: a developer who left, a service that was given up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::DestroyError;
use crate::deploy::delivered::Delivered;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places::{self, StackPlace};
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::synth::{Assembly, StackId, pipeline_change_set};

/// A stack of the team's that the program does not name.
#[derive(Debug, Clone)]
pub(crate) struct Orphan {
    pub(crate) id: StackId,
    pub(crate) name: String,
    pub(crate) place: StackPlace,
    /// Later ones need earlier ones.
    pub(crate) created: String,
    /// When it was created or changed last.
    pub(crate) changed: String,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By place, and in each the latest first.
    pub(crate) stacks: Vec<Orphan>,
    /// The places that the program does not name, and the build stack remembers.
    pub(crate) former: BTreeSet<StackPlace>,
    pub(crate) unsearched: Vec<(String, StackError)>,
    /// Stacks beside the team's own, each with the role that it is deployed with.
    pub(crate) others: BTreeMap<StackId, Option<String>>,
    /// Stacks of which there is nothing but a change set that a pipeline of the team has prepared: they wait for an approval, and do not
    /// say yet with which role they will be deployed.
    pub(crate) waiting: BTreeSet<StackId>,
}

/// What was found in one place.
struct Searched {
    orphans: Vec<Orphan>,
    others: Vec<(StackId, Option<String>)>,
    waiting: Vec<StackId>,
}

/// A stack that a pipeline of the team has deployed or prepared, and that none deploys any more.
#[derive(Debug, Clone)]
pub(crate) struct Abandoned {
    pub(crate) id: StackId,
    pub(crate) name: String,
    pub(crate) place: StackPlace,
    /// The role that it was deployed with, by ARN; none, where it has only been prepared.
    pub(crate) role: Option<String>,
}

impl Found {
    /// The stacks that pipelines have deployed with roles that are still there, or prepared, and that none deploys any more.
    pub(crate) fn abandoned(&self, delivered: &Delivered) -> Vec<Abandoned> {
        let deployed = self
            .others
            .iter()
            .filter(|(stack, role)| delivered.has_abandoned(stack, role.as_deref()))
            .map(|(stack, role)| (stack, role.clone()));
        let waiting = self.waiting.iter().filter(|stack| !delivered.has(stack));
        deployed
            .chain(waiting.map(|stack| (stack, None)))
            .filter_map(|(id, role)| {
                let (place, name) = id.as_str().rsplit_once('/')?;
                Some(Abandoned {
                    id: id.clone(),
                    name: name.to_owned(),
                    place: place.parse().ok()?,
                    role,
                })
            })
            .collect()
    }

    /// What was found, if nothing is missing.
    fn complete(mut self) -> Result<Self, DestroyError> {
        let more = self.unsearched.len().saturating_sub(1);
        match std::mem::take(&mut self.unsearched).into_iter().next() {
            Some((place, source)) => Err(DestroyError::Unsearched {
                place,
                more,
                source: Box::new(source),
            }),
            None => Ok(self),
        }
    }
}

/// How many places are searched at once.
const AT_ONCE: usize = 32;

/// The same, where all of it must be found: what cannot be searched is an error.
pub(crate) async fn find_all(
    context: &Arc<DeployContext>,
    assembly: &Assembly,
) -> Result<Found, DestroyError> {
    let remembered: Boxed<'_, _> = Box::pin(remembered(context, assembly));
    match remembered.await {
        Ok(former) => search_places(context, assembly, former).await.complete(),
        Err((place, source)) => Err(DestroyError::Unsearched {
            place,
            more: 0,
            source: Box::new(source),
        }),
    }
}

/// Looks for the team's stacks in every account and region that the program names or the build stack remembers.
pub(crate) async fn find(context: &Arc<DeployContext>, assembly: &Assembly) -> Found {
    let remembered: Boxed<'_, _> = Box::pin(remembered(context, assembly));
    let (former, unknown) = match remembered.await {
        Ok(former) => (former, None),
        Err(unknown) => (BTreeSet::new(), Some(unknown)),
    };
    let mut found = search_places(context, assembly, former).await;
    found.unsearched.extend(unknown);
    found.unsearched.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

async fn search_places(
    context: &Arc<DeployContext>,
    assembly: &Assembly,
    former: BTreeSet<StackPlace>,
) -> Found {
    let mut found = Found {
        former,
        ..Found::default()
    };
    let known: Arc<BTreeSet<StackId>> =
        Arc::new(assembly.stacks().iter().map(|stack| stack.id.clone()).collect());
    let places: Vec<StackPlace> = context.named_places.union(&found.former).copied().collect();
    let searched = side_by_side(AT_ONCE, places, |place| {
        let (context, known, place) = (Arc::clone(context), Arc::clone(&known), *place);
        let search: Boxed<'_, _> = Box::pin(async move { search(&context, place, &known).await });
        search
    });
    let mut by_place = BTreeMap::new();
    for (place, searched) in searched.await {
        match searched {
            Ok(searched) => {
                found.others.extend(searched.others);
                found.waiting.extend(searched.waiting);
                by_place.insert(place, searched.orphans);
            }
            Err(error) => found.unsearched.push((place.to_string(), error)),
        }
    }
    found.stacks = by_place.into_values().flatten().collect();
    found.unsearched.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The places that the deployed build stack remembers.
async fn remembered(
    context: &Arc<DeployContext>,
    assembly: &Assembly,
) -> Result<BTreeSet<StackPlace>, (String, StackError)> {
    let Some(keeper) = places::keeper(assembly) else {
        return Ok(BTreeSet::new());
    };
    let mut retrying = RetryingClient::new(context, keeper.account, keeper.region);
    loop {
        let looked = async {
            let client = retrying.client().await?;
            let state = client.describe(&keeper.stack_name).await?;
            match state.filter(|state| state.is_of(context.team)) {
                Some(state) => places::former(&client, &state, None, &context.named_places).await,
                None => Ok(BTreeSet::new()),
            }
        };
        match looked.await {
            Ok(former) => return Ok(former),
            Err(error) => retrying
                .retry(error)
                .await
                .map_err(|error| (keeper.id.to_string(), error))?,
        }
    }
}

async fn search(
    context: &Arc<DeployContext>,
    place: StackPlace,
    known: &BTreeSet<StackId>,
) -> Result<Searched, StackError> {
    let mut retrying = RetryingClient::new(context, place.account, place.region);
    let id = |name: &str| StackId::from(format!("{place}/{name}").as_str());
    let prepared = pipeline_change_set(context.team);
    let (stacks, waiting) = loop {
        let looked = async {
            let client = retrying.client().await?;
            let stacks = client.list().await?;
            let mut waiting = Vec::new();
            for stack in stacks
                .iter()
                .filter(|stack| stack.status.phase() == Phase::Reviewing && !stack.is_of(context.team))
            {
                let change_sets = client.change_set_names(&stack.stack_id).await?;
                if change_sets.contains(&prepared) {
                    waiting.push(id(&stack.name));
                }
            }
            Ok((stacks, waiting))
        };
        match looked.await {
            Ok(looked) => break looked,
            Err(error) => retrying.retry(error).await?,
        }
    };
    let (own, others): (Vec<_>, Vec<_>) = stacks
        .into_iter()
        .filter(|stack| stack.status.phase() != Phase::Deleted && !stack.is_nested)
        .partition(|stack| stack.is_of(context.team));
    let others = others
        .into_iter()
        .filter(|stack| stack.status.phase() != Phase::Reviewing)
        .map(|stack| (id(&stack.name), stack.role));
    let mut orphans: Vec<Orphan> = own
        .into_iter()
        .map(|stack| Orphan {
            id: id(&stack.name),
            name: stack.name,
            place,
            changed: std::cmp::max(stack.created.clone(), stack.updated),
            created: stack.created,
        })
        .filter(|orphan| !known.contains(&orphan.id))
        .collect();
    orphans.sort_by(|a, b| (&b.created, &b.name).cmp(&(&a.created, &a.name)));
    Ok(Searched {
        others: others.collect(),
        orphans,
        waiting,
    })
}
