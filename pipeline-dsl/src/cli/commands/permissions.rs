//! `permissions`: what the templates of a service need, and the program does not grant.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use crate::cli::arguments::Permissions;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::names::first_of;
use crate::cloudformation::registry::package;
use crate::needs::{Lacking, Need, Needs, lacking, read};
use crate::rehearsal::service_named;
use crate::team::Team;

/// So many resources are named.
const NAMED: usize = 3;

pub(in crate::cli) fn run(
    team: &Team,
    arguments: &Permissions,
    as_json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let service = service_named(team, &arguments.service)?;
    let mut pipelines = team.pipelines.iter();
    let pipeline = pipelines.find(|pipeline| pipeline.service.name == service);
    let stacks = pipeline.iter().flat_map(|pipeline| &pipeline.stacks);
    let stacks: Vec<&str> = stacks.map(|stack| stack.name.as_str()).collect();
    let mut needs = Needs::default();
    for file in &arguments.templates {
        let told = |error: &dyn std::fmt::Display| format!("`{}`: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| told(&error))?;
        let template = read(&text).map_err(|error| told(&error))?;
        // Which stack a file is of, its name may say; else the first.
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let stack = stacks.iter().find(|stack| **stack == stem).or(stacks.first());
        needs.add(stack.copied().unwrap_or(service.as_str()), &template);
    }
    let lacking = lacking(team, service.as_str(), &needs).unwrap_or_default();
    if as_json {
        printer.output(&as_value(&lacking, &needs).to_string());
    } else {
        print(team, &arguments.service, &lacking, &needs, printer);
    }
    Ok(Exit::of(lacking.is_empty()))
}

fn print(team: &Team, service: &str, lacking: &Lacking, needs: &Needs, printer: &Printer) {
    let lines = lines_to_add(lacking);
    if !lines.is_empty() {
        printer.output(&format!("the permissions of `{service}` lack:\n{lines}"));
    }
    print_roles(team, service, lacking, printer);
    print_notes(lacking, needs, printer);
    printer.error(&if lacking.is_empty() {
        format!(
            "nothing is lacking: {} actions are needed at the most",
            needs.actions.len()
        )
    } else if lacking.actions.is_empty() {
        format!(
            "all actions that are certain are granted, and what stands above is lacking ({})",
            package()
        )
    } else {
        format!(
            "{} of {} actions that CloudFormation may ask for are not granted ({})",
            lacking.actions.values().map(BTreeMap::len).sum::<usize>(),
            needs.actions.len(),
            package()
        )
    });
}

/// What is to be written into the permissions of the service.
fn lines_to_add(lacking: &Lacking) -> String {
    let mut lines = String::new();
    for (resources, actions) in &lacking.actions {
        let _ = write!(
            lines,
            "\n// {}\n.allow(\n    actions![\n{}    ],\n    resource_arns![\n{}    ],\n)",
            of(actions),
            quoted(actions.keys()),
            quoted(resources.iter()),
        );
    }
    if !lacking.transforms.is_empty() {
        let transforms = lacking
            .transforms
            .iter()
            .map(|name| format!("arn:${{AWS::Partition}}:cloudformation:*:aws:transform/{name}"));
        let transforms: Vec<String> = transforms.collect();
        let _ = write!(
            lines,
            "\n.allow(\n    actions![\"cloudformation:CreateChangeSet\"],\n    resource_arns![\n{}    ],\n)",
            quoted(transforms.iter())
        );
    }
    if !lacking.nested_stacks.is_empty() {
        let _ = write!(
            lines,
            "\n// {}\n.nested_stacks()",
            first_of(&lacking.nested_stacks, NAMED)
        );
    }
    if !lacking.services.is_empty() {
        let services: Vec<String> = lacking
            .services
            .iter()
            .map(|service| format!("\"{service}\""))
            .collect();
        let _ = write!(
            lines,
            "\n.roles(Roles::passed_to(service_principals![{}]).allow(/* what these roles do */))",
            services.join(", ")
        );
    }
    lines
}

fn print_roles(team: &Team, service: &str, lacking: &Lacking, printer: &Printer) {
    for (identity, why) in &lacking.identities {
        printer.error(&format!(
            "error: {} `{}`: {why}",
            identity.kind.as_str(),
            identity.logical_id
        ));
    }
    if !lacking.identities.is_empty() {
        let team = team.name();
        printer.error(&format!(
            "  help: write in its properties `Path: /{team}/service/{service}/` and `PermissionsBoundary: !Sub \
             arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{team}/{team}-{service}-boundary-${{AWS::Region}}`, and in the \
             program `.roles(Roles::passed_to([…]).allow(…))`; templates that have to stay as they are: `.under_path(…)`, \
             `.named_by_stacks(…)` and `Roles::without_boundary(…)`, docs/permissions.md"
        ));
    }
}

/// What nobody can know of the templates alone.
fn print_notes(lacking: &Lacking, needs: &Needs, printer: &Printer) {
    if !lacking.perhaps.is_empty() {
        let mut by_service: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for action in lacking.perhaps.keys() {
            let (service, name) = action.split_once(':').unwrap_or((action, ""));
            by_service.entry(service).or_default().insert(name);
        }
        let others: Vec<String> = by_service
            .into_iter()
            .map(|(service, names)| {
                let names: Vec<&str> = names.into_iter().collect();
                format!("{service}: {}", names.join(", "))
            })
            .collect();
        printer.error(&format!(
            "note: asked only where a resource has a property for it:\n  {}",
            others.join("\n  ")
        ));
    }
    for (logical_id, resource_type) in &needs.unknown {
        // `Fn::ForEach` and `Fn::Transform` stand where resources do.
        let told = if resource_type.is_empty() {
            format!("what `{logical_id}` makes cannot be known")
        } else {
            format!(
                "`{logical_id}` is a `{resource_type}`, of which {} knows nothing",
                package()
            )
        };
        printer.error(&format!("note: {told}"));
    }
}

/// What the actions are for: `Orders (AWS::DynamoDB::Table)`.
fn of(actions: &BTreeMap<String, Need>) -> String {
    let of: BTreeSet<String> = actions
        .values()
        .flat_map(|need| &need.of)
        .map(|(logical_id, resource_type)| format!("{logical_id} ({resource_type})"))
        .collect();
    let of: Vec<String> = of.into_iter().collect();
    first_of(&of, NAMED)
}

fn quoted<'a>(texts: impl Iterator<Item = &'a String>) -> String {
    texts
        .flat_map(|text| ["        \"", text.as_str(), "\",\n"])
        .collect()
}

fn as_value(lacking: &Lacking, needs: &Needs) -> Value {
    let actions = lacking.actions.iter().map(|(resources, actions)| {
        let actions: Vec<&String> = actions.keys().collect();
        json!({"actions": actions, "resources": resources})
    });
    let roles = lacking.identities.iter().map(
        |(identity, why)| json!({"kind": identity.kind.as_str(), "resource": identity.logical_id, "why": why}),
    );
    let unknown = needs
        .unknown
        .iter()
        .map(|(logical_id, resource_type)| json!({"resource": logical_id, "type": resource_type}));
    json!({
        "lacking": actions.collect::<Vec<_>>(),
        "perhaps": lacking.perhaps.keys().collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
        "rolesPassedTo": lacking.services,
        "nestedStacks": lacking.nested_stacks,
        "transforms": lacking.transforms,
        "unknown": unknown.collect::<Vec<_>>(),
    })
}
