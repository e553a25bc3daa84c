//! Every request that the running system makes, read off the resources that are deployed: what a pipeline's actions do, what
//! a project builds, what a rule starts, what a subscription delivers.

pub(super) mod asking;
pub(super) mod build;
mod deployment;
pub(super) mod fan_out;
mod grants;
mod pipeline;
pub(super) mod self_update;
pub(super) mod storage;
mod trigger;
mod undelivered;
pub(super) mod upload;

use asking::label;

use crate::cloudformation::{Acts, ResourceKind};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Expectation, Hop, Hops, collected};
use crate::team::Team;

pub(super) use storage::via_s3;

/// What one resource does: a rule that matches, a topic that delivers, a function that runs, a project that builds, a
/// pipeline that starts.
pub(super) fn of(deployed: &Deployed, resource: &Resource) -> Vec<Hop> {
    collected(Expectation::Allowed, |hops| {
        hops.serve(label("resource", resource));
        match resource.kind.facts().acts {
            Acts::Builds => build::project(deployed, resource, hops),
            Acts::Routes => trigger::rule(deployed, resource, hops),
            Acts::Delivers => fan_out::subscription(resource, hops),
            Acts::Runs => fan_out::function(deployed, resource, hops),
            Acts::Deploys => pipeline::start(resource, hops),
            // What S3 announces, it announces without anybody's permission.
            Acts::Announces | Acts::Nothing => {}
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
    build::declared(team, deployed, hops);
    upload::declared(team, deployed, hops);
    fan_out::all(deployed, hops);
    self_update::all(deployed, hops);
}

/// What the program grants.
pub(super) fn each_declared(team: &Team, deployed: &Deployed, hand_on: &mut dyn FnMut(Hop)) {
    let hops = &mut Hops::new(Expectation::Allowed, hand_on);
    deployment::declared(team, deployed, hops);
    build::declared(team, deployed, hops);
}

/// What the team's own program asks.
pub(super) fn of_self_update(deployed: &Deployed) -> Vec<Hop> {
    collected(Expectation::Allowed, |hops| self_update::all(deployed, hops))
}
