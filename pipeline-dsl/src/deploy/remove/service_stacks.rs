//! The stacks that pipelines of services have deployed with roles that are to go: without its role, CloudFormation can neither
//! change nor delete a stack, so they go first.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::DestroyError;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places::StackPlace;
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::synth::StackId;

/// A stack that a pipeline of a service has deployed.
#[derive(Debug, Clone)]
pub(crate) struct ServiceStack {
    pub(crate) id: StackId,
    pub(crate) name: String,
    pub(crate) place: StackPlace,
    /// The role that it is deployed with, by ARN.
    pub(crate) role: String,
    /// The stack that has the role.
    pub(crate) holder: StackId,
    /// Later ones may need earlier ones.
    created: String,
}

/// How many places are searched at once.
const AT_ONCE: usize = 32;

/// Those that are deployed with a role of these stacks, given by name; in each place the latest first.
pub(crate) async fn find(
    context: &Arc<DeployContext>,
    holders: &BTreeMap<StackPlace, Vec<(StackId, String)>>,
) -> Result<Vec<ServiceStack>, DestroyError> {
    let searched = side_by_side(AT_ONCE, holders.clone(), |(place, holders)| {
        let (context, place, holders) = (Arc::clone(context), *place, holders.clone());
        let search: Boxed<'_, _> = Box::pin(async move { search(&context, place, &holders).await });
        search
    });
    let (mut found, mut unsearched) = (BTreeMap::new(), Vec::new());
    for ((place, _), searched) in searched.await {
        match searched {
            Ok(stacks) => drop(found.insert(place, stacks)),
            Err(error) => unsearched.push((place.to_string(), error)),
        }
    }
    unsearched.sort_by(|a, b| a.0.cmp(&b.0));
    let more = unsearched.len().saturating_sub(1);
    match unsearched.into_iter().next() {
        Some((place, source)) => Err(DestroyError::Unsearched {
            place,
            more,
            source: Box::new(source),
        }),
        None => Ok(found.into_values().flatten().collect()),
    }
}

async fn search(
    context: &Arc<DeployContext>,
    place: StackPlace,
    holders: &[(StackId, String)],
) -> Result<Vec<ServiceStack>, StackError> {
    let mut retrying = RetryingClient::new(context, place.account, place.region);
    loop {
        let looked = async {
            let client = retrying.client().await?;
            let there: Vec<StackState> = client
                .list()
                .await?
                .into_iter()
                .filter(|stack| stack.status.phase() != Phase::Deleted && !stack.is_nested)
                .collect();
            let with_role = |stack: &&StackState| !stack.is_of(context.team) && stack.role.is_some();
            // Without any, nobody's roles have to be looked at.
            if !there.iter().any(|stack| with_role(&stack)) {
                return Ok(Vec::new());
            }
            let mut holder_of: BTreeMap<String, &StackId> = BTreeMap::new();
            for (id, name) in holders {
                let Some(stack) = there.iter().find(|stack| stack.name == *name) else {
                    continue;
                };
                for role in client.role_names(&stack.stack_id).await? {
                    holder_of.insert(role, id);
                }
            }
            let mut found: Vec<ServiceStack> = there
                .iter()
                .filter(with_role)
                .filter_map(|stack| {
                    let role = stack.role.clone()?;
                    let holder = *holder_of.get(role.rsplit('/').next()?)?;
                    Some(ServiceStack {
                        id: StackId::from(format!("{place}/{}", stack.name).as_str()),
                        name: stack.name.clone(),
                        place,
                        role,
                        holder: holder.clone(),
                        created: stack.created.clone(),
                    })
                })
                .collect();
            found.sort_by(|a, b| (&b.created, &b.name).cmp(&(&a.created, &a.name)));
            Ok::<_, StackError>(found)
        };
        match looked.await {
            Ok(found) => return Ok(found),
            Err(error) => retrying.retry(error).await?,
        }
    }
}
