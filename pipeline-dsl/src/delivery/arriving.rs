//! What a deployment brings into developers' accounts by itself. A stack of a developer that is new, or that holds less back than
//! before, lets its subscriber copy what upstream has, and the pipelines there deploy it: nobody has built anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::sites::{DeveloperSite, Site, Sites, held};
use crate::cloudformation::types::custom::Backfill;
use crate::deploy::{Plan, PlannedAction, Reason, StackPlan};
use crate::model::Name;
use crate::synth::{Assembly, AssemblyStack, FORK_REPOSITORY, ParameterValue, StackId};

/// Upstream's artifacts that come to a developer with a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Arriving {
    /// To whom.
    pub developer: Name,
    /// The stack whose subscriber copies them.
    pub stack: StackId,
    /// Which, as far as upstream has built them.
    pub artifacts: Vec<String>,
    /// The pipelines that deploy them in the developer's account.
    pub pipelines: Vec<String>,
    /// Those among the artifacts that a fork of the developer's has built: upstream's take their place.
    pub over_own: Vec<String>,
}

/// What a planned deployment brings.
pub fn arriving(assembly: &Assembly, plan: &Plan) -> Vec<Arriving> {
    let sites = Sites::of(assembly);
    let deployment = Deployment::of(assembly, plan);
    // Before there is a build bucket, nothing is built.
    let build = sites.build.as_ref().map(Site::id);
    let nothing_is_built = build.is_none_or(|build| deployment.planned(&build).is_some_and(is_new));
    if nothing_is_built {
        return Vec::new();
    }
    let developers = sites.developers.iter();
    developers
        .filter_map(|developer| deployment.to_developer(developer))
        .collect()
}

/// The stacks as they are to be, and what is planned for each.
struct Deployment<'a> {
    stacks: BTreeMap<&'a StackId, &'a AssemblyStack>,
    planned: BTreeMap<&'a StackId, &'a StackPlan>,
}

impl<'a> Deployment<'a> {
    fn of(assembly: &'a Assembly, plan: &'a Plan) -> Self {
        let planned = plan.stacks.iter();
        Self {
            stacks: assembly.stacks().iter().map(|stack| (&stack.id, stack)).collect(),
            planned: planned.map(|planned| (&planned.stack, planned)).collect(),
        }
    }

    fn planned(&self, stack: &StackId) -> Option<&'a StackPlan> {
        self.planned.get(stack).copied()
    }

    fn to_developer(&self, developer: &DeveloperSite) -> Option<Arriving> {
        let stack = developer.site.id();
        let planned = self.planned(&stack)?;
        let mut artifacts = developer.artifacts();
        artifacts.retain(|artifact| !developer.held.contains(artifact));
        let is_new = is_new(planned);
        if !is_new {
            let before = before(planned, Backfill::HELD_KEYS)?;
            let released = held(before);
            artifacts.retain(|artifact| released.contains(artifact));
        }
        if artifacts.is_empty() {
            return None;
        }
        let begins_with = |pipeline: &[String]| pipeline.iter().any(|key| artifacts.contains(key));
        let pipelines = developer.pipelines.iter();
        let pipelines = pipelines.filter(|pipeline| begins_with(&pipeline.artifacts));
        let pipelines: Vec<_> = pipelines.collect();
        // Over own builds only the end of a hold is brought; else the newest stays.
        let forked = pipelines.iter().filter(|pipeline| {
            let own = self.stacks.get(&pipeline.stack);
            !is_new && own.is_some_and(|own| self.is_forked(own))
        });
        let over_own = forked.flat_map(|pipeline| pipeline.artifacts.iter());
        let over_own: BTreeSet<&String> = over_own.filter(|key| artifacts.contains(*key)).collect();
        Some(Arriving {
            developer: developer.name,
            stack,
            over_own: over_own.into_iter().cloned().collect(),
            pipelines: pipelines.iter().map(|pipeline| pipeline.name.clone()).collect(),
            artifacts: artifacts.into_iter().collect(),
        })
    }

    /// Whether a fork of the developer's builds the service until the deployment.
    fn is_forked(&self, stack: &AssemblyStack) -> bool {
        let changed = self
            .planned(&stack.id)
            .and_then(|planned| before(planned, FORK_REPOSITORY));
        match changed {
            Some(before) => !before.is_empty(),
            None => match stack.parameters.get(FORK_REPOSITORY) {
                Some(ParameterValue::Value(repository)) => !repository.is_empty(),
                Some(ParameterValue::Output { .. }) | None => false,
            },
        }
    }
}

fn is_new(planned: &StackPlan) -> bool {
    matches!(planned.action, PlannedAction::Create | PlannedAction::Recreate(_))
}

/// What a parameter is now, where it changes.
fn before<'a>(planned: &'a StackPlan, parameter: &str) -> Option<&'a str> {
    planned.reasons.iter().find_map(|reason| match reason {
        Reason::Parameter(change) if change.value.path == parameter => {
            Some(change.value.before.as_deref().unwrap_or_default())
        }
        Reason::Parameter(_) | Reason::Places(_) | Reason::Template | Reason::Tag(_) => None,
    })
}
