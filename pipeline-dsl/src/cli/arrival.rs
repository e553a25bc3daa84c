//! What follows a deployment: new accounts are filled, and whose they are is told where to look.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::alive::Alive;
use super::cloud::Cloud;
use super::printer::Printer;
use crate::cloudformation::types::custom::Backfill;
use crate::delivery::{DeveloperLinks, developer_links};
use crate::deploy::{Outcome, Summary};
use crate::model::Name;
use crate::proof::Unreadable;
use crate::synth::Assembly;
use crate::team::Team;

/// Of more new developers than these, `status` tells more than links.
const WELCOMED: usize = 5;

/// On the local cloud, the subscribers of new and changed stacks run, as CloudFormation lets them run in AWS.
pub(super) fn fill(team: &Team, cloud: &Cloud, printer: &Printer, json: bool) -> Result<(), Unreadable> {
    let Some(local) = &cloud.local else {
        return Ok(());
    };
    let mut requests = local.take_custom_requests();
    // Before anything is built, nobody has to be asked: to bring the cloud to life is to read everything that is in it.
    requests.retain(|request| {
        let bucket = request
            .properties
            .get(Backfill::BUILD_BUCKET)
            .and_then(Value::as_str);
        bucket.is_none_or(|bucket| !local.keys(bucket).is_empty())
    });
    if requests.is_empty() {
        return Ok(());
    }
    let filled = Alive::of(team, cloud)?.fill(&requests);
    if !json {
        for (place, artifacts) in filled {
            printer.error(&format!(
                "{place} got {}",
                super::view::names::counted(artifacts, "artifact")
            ));
        }
    }
    Ok(())
}

/// Tells new developers, or those that were chosen, where to look.
pub(super) fn welcome(assembly: &Assembly, cloud: &Cloud, summary: &Summary, printer: &Printer, json: bool) {
    let created: BTreeSet<&str> = summary
        .done
        .iter()
        .filter(|(_, outcome)| *outcome == Outcome::Created)
        .map(|(stack, _)| stack.as_str())
        .collect();
    let only = &cloud.options.selection.only;
    let stacks = assembly
        .stacks()
        .iter()
        .filter_map(|stack| Some((stack, stack.developer?)));
    let chosen = stacks.filter(|(stack, developer)| {
        let named = only.iter().any(|name| name == developer.as_str());
        named || (!only.is_empty() && created.contains(stack.id.as_str()))
    });
    let developers: BTreeSet<Name> = chosen.map(|(_, developer)| developer).collect();
    let developers: Vec<Name> = developers.into_iter().collect();
    if developers.is_empty() || developers.len() > WELCOMED {
        return;
    }
    let links = developer_links(assembly, Arc::clone(&cloud.aws), &developers);
    for links in cloud.runtime.block_on(links) {
        if json {
            printer.output(&json_line(&links));
        } else {
            printer.error(&text(&links, cloud.local.is_some()));
        }
    }
}

fn text(links: &DeveloperLinks, local: bool) -> String {
    let width = links
        .pipelines
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default();
    let on_aws = if local { ", when it is on AWS" } else { "" };
    let mut told = vec![format!(
        "{} ({}, {}){on_aws}:",
        links.developer, links.account, links.region
    )];
    for (name, page) in &links.pipelines {
        told.push(format!("  {name:<width$}  {page}"));
    }
    if let Some(page) = &links.builds {
        told.push(format!("  {:<width$}  {page}", "artifacts"));
    }
    told.join("\n")
}

fn json_line(links: &DeveloperLinks) -> String {
    let pipelines: serde_json::Map<_, _> = links
        .pipelines
        .iter()
        .map(|(name, page)| (name.clone(), json!(page)))
        .collect();
    json!({
        "event": "links",
        "developer": links.developer.as_str(),
        "account": links.account.as_str(),
        "region": links.region.as_str(),
        "pipelines": pipelines,
        "artifacts": links.builds,
    })
    .to_string()
}
