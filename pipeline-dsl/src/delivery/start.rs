//! Starts the build of a service, or its pipeline, where somebody asks for it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::error::DeliveryError;
use super::retry::retried_at;
use crate::cloudformation::ResourceKind;
use crate::cloudformation::foreseen::{Foreseen, Given};
use crate::deploy::aws::Aws;
use crate::model::{AccountId, Name, Region};
use crate::synth::{Assembly, AssemblyStack, Digest, ParameterValue};

/// What runs a service: its build, or its pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Runnable {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// What.
    pub kind: RunnableKind,
    /// Its name.
    pub name: String,
}

/// What something is that can be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunnableKind {
    /// A project of CodeBuild.
    Build,
    /// A pipeline, which begins with the artifacts that are there.
    Pipeline,
}

/// Something that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// What.
    pub runnable: Runnable,
    /// The build or the execution, by its id.
    pub id: String,
}

impl Started {
    /// Its page in the console of AWS.
    pub fn page(&self) -> String {
        let Runnable {
            account,
            region,
            kind,
            name,
        } = &self.runnable;
        let console = format!("https://{region}.{}/codesuite", region.partition().console());
        let id = &self.id;
        match kind {
            RunnableKind::Build => {
                let id = id.replace(':', "%3A");
                format!("{console}/codebuild/{account}/projects/{name}/build/{id}?region={region}")
            }
            RunnableKind::Pipeline => {
                format!("{console}/codepipeline/pipelines/{name}/executions/{id}/timeline?region={region}")
            }
        }
    }
}

/// The build of a service and its pipeline, in the build account or in a developer's. Without a build there, artifacts come from
/// elsewhere.
pub fn runnables(assembly: &Assembly, service: Name, developer: Option<Name>) -> Vec<Runnable> {
    let stacks = assembly.stacks().iter();
    let of_service = stacks.filter(|stack| stack.service == Some(service) && stack.developer == developer);
    of_service.flat_map(|stack| of_stack(assembly, stack)).collect()
}

fn of_stack(assembly: &Assembly, stack: &AssemblyStack) -> Vec<Runnable> {
    // What synth wrote is JSON.
    let template: Value = serde_json::from_str(assembly.template(stack)).unwrap_or_default();
    let given = |name: &str| match stack.parameters.get(name) {
        Some(ParameterValue::Value(value)) => Given::Value(value.clone()),
        Some(ParameterValue::Output { .. }) => Given::Unknown,
        None => Given::Default,
    };
    let foreseen = Foreseen::of(&template, stack.pseudo_parameters(), given);
    let mut found = Vec::new();
    for resource in foreseen.resources() {
        let kind = match ResourceKind::named(resource.resource_type) {
            // What checks pull requests makes nothing.
            Some(ResourceKind::Project) => {
                let artifacts = resource.properties().pointer("/Artifacts/Type");
                if artifacts.and_then(Value::as_str) == Some("NO_ARTIFACTS") {
                    continue;
                }
                RunnableKind::Build
            }
            Some(ResourceKind::Pipeline) => RunnableKind::Pipeline,
            Some(_) | None => continue,
        };
        if let Some(identity) = foreseen.identity(resource.logical_id) {
            found.push(Runnable {
                account: stack.account,
                region: stack.region,
                kind,
                name: identity.physical_id.clone(),
            });
        }
    }
    found
}

/// Starts it, once, however often that has to be tried.
///
/// # Errors
/// When its account does not answer, or there is no such project or pipeline.
pub async fn start(aws: Arc<Aws>, runnable: Runnable) -> Result<Started, DeliveryError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let token = Digest::of(format!("{}-{}", now.as_nanos(), std::process::id()));
    let token = token.as_str().get(..32).unwrap_or_default();
    let (account, region) = (runnable.account, runnable.region);
    let id = retried_at(&aws, account, region, || async {
        let id = match runnable.kind {
            RunnableKind::Build => {
                let client = aws.projects(account, region).await?;
                client.start(&runnable.name, token).await?
            }
            RunnableKind::Pipeline => {
                let client = aws.pipelines(account, region).await?;
                client.start_once(&runnable.name, token).await?
            }
        };
        Ok(id)
    })
    .await?;
    Ok(Started { runnable, id })
}
