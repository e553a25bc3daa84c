//! Every request that the running system makes, read off the resources that are deployed: what a pipeline's actions do, what
//! a project builds, what a rule starts, what a subscription delivers.

mod build;
mod deployment;
mod fan_out;
mod pipeline;
mod self_update;
mod storage;
mod trigger;
mod undelivered;

use serde_json::Value;

use super::deployed::{Deployed, Resource};
use super::hop::{Expectation, Hop, Hops, collected};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester, ServiceCall};
use crate::team::Team;

pub(super) use fan_out::subscribing;
pub(super) use self_update::{Power, via_cloudformation};
pub(super) use storage::{Storage, via_s3};

/// What one resource does: a rule that matches, a topic that delivers, a function that runs, a project that builds, a
/// pipeline that starts.
pub(super) fn of(deployed: &Deployed, resource: &Resource) -> Vec<Hop> {
    collected(Expectation::Allowed, |hops| {
        hops.serve(label("resource", resource));
        match resource.kind {
            ResourceKind::Project => build::project(deployed, resource, hops),
            ResourceKind::Rule => trigger::rule(deployed, resource, hops),
            ResourceKind::Subscription => fan_out::subscription(resource, hops),
            ResourceKind::Function => fan_out::function(deployed, resource, hops),
            ResourceKind::Pipeline => pipeline::start(resource, hops),
            // These do nothing by themselves.
            ResourceKind::Alarm
            | ResourceKind::Backfill
            | ResourceKind::ManagedPolicy
            | ResourceKind::Role
            | ResourceKind::Alias
            | ResourceKind::Key
            | ResourceKind::EventInvokeConfig
            | ResourceKind::Permission
            | ResourceKind::LogGroup
            | ResourceKind::Bucket
            | ResourceKind::BucketPolicy
            | ResourceKind::Topic
            | ResourceKind::TopicPolicy
            | ResourceKind::Queue
            | ResourceKind::QueuePolicy => {}
        }
    })
}

/// What a rule does with an event that it could not deliver to a target.
pub(super) fn of_undelivered(rule: &Resource, target: &str) -> Vec<Hop> {
    collected(Expectation::Allowed, |hops| {
        hops.serve(label("rule", rule));
        undelivered::target(rule, target, hops);
    })
}

/// What one action of a pipeline does.
pub(super) fn of_action(deployed: &Deployed, pipeline: &Resource, stage: &str, action: &str) -> Vec<Hop> {
    collected(Expectation::Allowed, |hops| {
        hops.serve(label("pipeline", pipeline));
        pipeline::action(deployed, pipeline, stage, action, hops);
    })
}

/// All of them, one after the other.
pub(super) fn each(team: &Team, deployed: &Deployed, hand_on: &mut dyn FnMut(Hop)) {
    let hops = &mut Hops::new(Expectation::Allowed, hand_on);
    for project in deployed.of_kind(ResourceKind::Project) {
        hops.serve(label("build", project));
        build::project(deployed, project, hops);
    }
    for rule in deployed.of_kind(ResourceKind::Rule) {
        hops.serve(label("rule", rule));
        trigger::rule(deployed, rule, hops);
        undelivered::rule(rule, hops);
    }
    for pipeline in deployed.of_kind(ResourceKind::Pipeline) {
        hops.serve(label("pipeline", pipeline));
        pipeline::pipeline(deployed, pipeline, hops);
    }
    deployment::declared(team, deployed, hops);
    fan_out::all(deployed, hops);
    self_update::all(deployed, hops);
}

/// What the program grants.
pub(super) fn each_declared(team: &Team, deployed: &Deployed, hand_on: &mut dyn FnMut(Hop)) {
    deployment::declared(team, deployed, &mut Hops::new(Expectation::Allowed, hand_on));
}

/// What the team's own program asks.
pub(super) fn of_self_update(deployed: &Deployed) -> Vec<Hop> {
    collected(Expectation::Allowed, |hops| self_update::all(deployed, hops))
}

fn label(kind: &str, resource: &Resource) -> String {
    match resource.developer {
        Some(developer) => format!("{kind} {} of {developer}", resource.identity.reference),
        None => format!("{kind} {}", resource.identity.reference),
    }
}

pub(super) fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    path.iter()
        .try_fold(value, |value, name| value.get(name))
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub(super) fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn role(arn: &str) -> Requester {
    Requester::Role(arn.to_owned())
}

pub(super) fn service(name: &str) -> Requester {
    Requester::Service(name.to_owned())
}

/// A request that a service makes, for a resource of an account.
pub(super) fn by_service(
    call: ServiceCall,
    principal: &str,
    action: &str,
    on: &str,
    source: Source<'_>,
) -> Request {
    Request::new(service(principal), action, on).sent_on(
        call,
        [
            ("aws:SourceAccount", source.account),
            ("aws:SourceArn", source.arn),
            ("aws:SourceOwner", source.account),
        ],
    )
}

/// For whom a service makes a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// The account.
    pub(super) account: &'a str,
    /// The resource.
    pub(super) arn: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn of(resource: &'a Resource) -> Self {
        Self {
            account: resource.home.account.as_str(),
            arn: &resource.identity.arn,
        }
    }
}

/// Somebody passes a role to a service.
pub(super) fn passing(who: Requester, role: &str, to: &str) -> Request {
    Request::new(who, "iam:PassRole", role).sent_on(ServiceCall::IamPassesRole, [("iam:PassedToService", to)])
}
