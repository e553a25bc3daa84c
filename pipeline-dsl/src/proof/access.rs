//! The same rules over what really stands in the accounts, request by request.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::deployed::identity::{Home, Identity};
use super::deployed::resource::{Resource, Unreadable, with_statement};
use super::deployed::stacks::Deployed;
use super::hop::Hop;
use super::hops;
use super::policies::decision::Decision;
use super::policies::evaluation::Policies;
use super::report::proved::Proved;
use crate::cloudformation::ResourceKind;
use crate::model::{AccountId, Name, Region};
use crate::policy::Request;
use crate::team::Team;

/// A resource that stands in an account.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// The name of its stack.
    pub stack: String,
    /// The service that its stack is for.
    pub service: Option<Name>,
    /// Its name in the template.
    pub logical_id: String,
    /// `AWS::S3::Bucket`.
    pub resource_type: ResourceKind,
    /// What `Ref` gives.
    pub physical_id: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// Its properties, without intrinsic functions.
    pub properties: Arc<serde_json::Value>,
}

/// Everything that stands in the accounts of a team, and what its policies let through.
#[derive(Debug)]
pub struct Access {
    deployed: Deployed,
    policies: Policies,
}

impl Access {
    /// Reads the policies of what stands there. Who belongs to the organization is what the team says.
    ///
    /// # Errors
    /// When a policy cannot be read.
    pub fn of(team: &Team, standing: impl IntoIterator<Item = Standing>) -> Result<Self, Unreadable> {
        let resources: Vec<Resource> = standing.into_iter().map(resource).collect();
        let functions: BTreeMap<(String, String), String> = resources
            .iter()
            .filter(|resource| resource.kind == ResourceKind::Function)
            .map(|resource| {
                let name = (resource.stack.clone(), resource.identity.reference.clone());
                (name, resource.identity.arn.clone())
            })
            .collect();
        let resources = resources.into_iter().map(|mut resource| {
            let stack = resource.stack.clone();
            resource.properties = with_statement(resource.kind, resource.properties, |name| {
                functions.get(&(stack.clone(), name.to_owned())).cloned()
            });
            resource.reading_pipeline()
        });
        let resources = resources.collect::<Result<_, _>>()?;
        let deployed = Deployed::with(team, team.world.build.account, resources, Vec::new());
        let policies = Policies::of(&deployed)?;
        Ok(Self { deployed, policies })
    }

    /// What AWS would answer.
    pub fn decide(&self, request: &Request) -> Decision {
        self.policies.decide(request)
    }

    /// What the resource of this ARN does, request by request: a rule that matches, a subscription that delivers, a function
    /// that runs, a project that builds, a pipeline that starts.
    pub fn of_resource(&self, arn: &str) -> Vec<Proved> {
        let resource = self.deployed.by_arn(arn);
        let hops = resource.map(|resource| hops::of(&self.deployed, resource));
        self.answered(hops.unwrap_or_default())
    }

    /// What a rule does with an event that it could not deliver to a target: the ARNs of both.
    pub fn of_undelivered(&self, rule: &str, target: &str) -> Vec<Proved> {
        let rule = self.deployed.by_arn(rule);
        let hops = rule.map(|rule| hops::of_undelivered(rule, target));
        self.answered(hops.unwrap_or_default())
    }

    /// What an action of the pipeline of this ARN does.
    pub fn of_action(&self, pipeline: &str, stage: &str, action: &str) -> Vec<Proved> {
        let pipeline = self.deployed.by_arn(pipeline);
        let hops = pipeline.map(|pipeline| hops::of_action(&self.deployed, pipeline, stage, action));
        self.answered(hops.unwrap_or_default())
    }

    fn answered(&self, hops: Vec<Hop>) -> Vec<Proved> {
        let answered = hops.into_iter().map(|hop| Proved {
            decision: self.policies.decide(&hop.request),
            hop,
        });
        answered.collect()
    }
}

fn resource(standing: Standing) -> Resource {
    let home = Home {
        account: standing.account,
        region: standing.region,
    };
    let mut identity = Identity::of(
        home,
        &standing.stack,
        &standing.logical_id,
        standing.resource_type,
        &standing.properties,
    );
    identity.reference = standing.physical_id;
    if let Some(arn) = standing.arn {
        identity.arn = arn;
    }
    Resource {
        stack: format!("{}/{}/{}", home.account, home.region, standing.stack),
        developer: None,
        service: standing.service,
        logical_id: standing.logical_id,
        kind: standing.resource_type,
        home,
        identity,
        properties: standing.properties,
        pipeline: None,
    }
}
