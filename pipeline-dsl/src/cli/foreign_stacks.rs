//! Stacks that have the name of one of the team's services, where it is deployed to, and that somebody else has deployed.

use std::collections::BTreeMap;

use super::outlook::Remark;
use super::view::names::first_of;
use crate::deploy::Plan;
use crate::model::{AccountId, Region};
use crate::synth::StackId;
use crate::team::{Definition, Team};

/// So many places are named.
const NAMED: usize = 3;

/// What the program's pipelines would take over, and change in turn with its owner.
pub(super) fn remarks(team: &Team, plan: &Plan) -> Vec<Remark> {
    let mut found: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for pipeline in &team.pipelines {
        for (account, region) in places(team, pipeline) {
            for stack in &pipeline.stacks {
                let id = StackId::from(format!("{account}/{region}/{}", stack.name).as_str());
                let there = plan.others.get(&id);
                let Some(owner) = there.and_then(|role| owner(team, role.as_deref(), region)) else {
                    continue;
                };
                let places = found.entry((stack.name.as_str(), owner)).or_default();
                places.push(format!("{account}/{region}"));
            }
        }
    }
    let remark = |((stack, owner), places): ((&str, String), Vec<String>)| Remark {
        text: format!(
            "stack `{stack}` is there already in {}, {owner}: a pipeline of this team would take it over",
            first_of(&places, NAMED)
        ),
        help: "give the stack another name in the program, or let only one of the two deploy it".to_owned(),
    };
    found.into_iter().map(remark).collect()
}

/// Where the stacks of a service are deployed.
fn places(team: &Team, pipeline: &Definition) -> impl Iterator<Item = (AccountId, Region)> {
    let environments = pipeline.environments().map(|each| (each.account, each.region));
    let developers = team
        .developers()
        .iter()
        .map(|each| (each.account(), each.region()));
    environments.chain(developers)
}

/// Who has deployed a stack with this role, the same in all accounts and regions; none, where that is the team itself.
fn owner(team: &Team, role: Option<&str>, region: Region) -> Option<String> {
    let Some(role) = role else {
        return Some("deployed without a role".to_owned());
    };
    let (_, path) = role.split_once(":role/")?;
    let is_own = path.starts_with(&format!("{}/delivery/", team.name()));
    (!is_own).then(|| {
        let anywhere = path.replace(region.as_str(), "${AWS::Region}");
        format!("deployed with role {anywhere}")
    })
}
