//! `list`: the stacks in dependency order, where artifacts are put, and templates by the names of their stacks.

use std::collections::BTreeSet;
use std::error::Error;

use serde_json::{Value, json};

use crate::cli::arguments::List;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::names::first_of;
use crate::cloudformation::foreseen::{Foreseen, Given};
use crate::model::bucket_name;
use crate::synth::{Assembly, AssemblyStack};
use crate::team::{Definition, Team, Upload};

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    options: &List,
    as_json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    if let Some(name) = &options.template {
        printer.output(template(assembly, name)?);
    } else if options.artifacts {
        artifacts(team, assembly, as_json, printer);
    } else if as_json {
        printer.output(&assembly.manifest());
    } else {
        stacks(assembly, printer);
    }
    Ok(Exit::Done)
}

/// The template of the stack of this name or id.
fn template<'a>(assembly: &'a Assembly, name: &str) -> Result<&'a str, Box<dyn Error>> {
    let stacks = || assembly.stacks().iter();
    let named: Vec<&AssemblyStack> = stacks()
        .filter(|stack| stack.stack_name == name || stack.id.as_str() == name)
        .collect();
    let templates: BTreeSet<&str> = named.iter().map(|stack| stack.template.as_str()).collect();
    match (named.first(), templates.len()) {
        (Some(stack), 1) => Ok(assembly.template(stack)),
        (None, _) => Err(format!("there is no stack `{name}`: `list` names them all").into()),
        (Some(_), _) => {
            let ids: Vec<&str> = named.iter().map(|stack| stack.id.as_str()).collect();
            Err(format!(
                "stacks `{name}` have several templates: say which, such as `{}`",
                first_of(&ids, 1)
            )
            .into())
        }
    }
}

/// Each artifact, with where it is put and who makes it.
fn artifacts(team: &Team, assembly: &Assembly, as_json: bool, printer: &Printer) {
    let home = team.world.build;
    let bucket = bucket_name(team.name(), "build", home.account, home.region);
    let mut listed = Vec::new();
    for pipeline in &team.pipelines {
        let by = maker(assembly, pipeline);
        for source in &pipeline.sources {
            let place = format!("s3://{bucket}/{}", source.key);
            listed.push((pipeline.service.name, place, by.clone()));
        }
    }
    if as_json {
        let listed: Vec<Value> = listed
            .iter()
            .map(|(service, place, by)| json!({"service": service, "object": place, "madeBy": by}))
            .collect();
        printer.output(&json!({"artifacts": listed}).to_string());
        return;
    }
    let width = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or_default();
    let services = width(&mut listed.iter().map(|(service, ..)| service.as_str().len()));
    let places = width(&mut listed.iter().map(|(_, place, _)| place.len()));
    for (service, place, by) in &listed {
        printer.output(&format!(
            "{:<services$}  {place:<places$}  {by}",
            service.as_str()
        ));
    }
}

/// Who makes the artifacts of a service.
fn maker(assembly: &Assembly, pipeline: &Definition) -> String {
    if let Some(build) = pipeline.build() {
        return format!("built by CodeBuild from {}", build.repository.name);
    }
    match pipeline.upload() {
        Some(upload) => uploader(assembly, pipeline, upload),
        None => "put there by whoever may write to the bucket".to_owned(),
    }
}

fn uploader(assembly: &Assembly, pipeline: &Definition, upload: &Upload) -> String {
    let of_service =
        |stack: &&AssemblyStack| stack.service == Some(pipeline.service.name) && stack.developer.is_none();
    let role = assembly.stacks().iter().filter(of_service).find_map(|stack| {
        // What synth wrote is JSON.
        let template: Value = serde_json::from_str(assembly.template(stack)).unwrap_or_default();
        let foreseen = Foreseen::of(&template, stack.pseudo_parameters(), |_: &str| Given::Default);
        // The one that is taken with a token.
        let role = foreseen.resources().find(|resource| {
            let trust = resource.properties().get("AssumeRolePolicyDocument");
            trust.is_some_and(|trust| trust.to_string().contains("sts:AssumeRoleWithWebIdentity"))
        })?;
        foreseen.identity(role.logical_id)?.arn.clone()
    });
    format!(
        "uploaded by {} with {}",
        upload.repository,
        role.unwrap_or_default()
    )
}

/// The stacks, each with those that it needs.
fn stacks(assembly: &Assembly, printer: &Printer) {
    let names = assembly.stacks().iter().map(|stack| stack.stack_name.len());
    let width = names.max().unwrap_or_default();
    let regions = assembly.stacks().iter().map(|stack| stack.region.as_str().len());
    let region_width = regions.max().unwrap_or_default();
    for (position, stack) in assembly.stacks().iter().enumerate() {
        let needs = needs(stack);
        let line = format!(
            "{:>4}  {}  {:<region_width$}  {:<width$}  {needs}",
            position + 1,
            stack.account,
            stack.region,
            stack.stack_name,
        );
        printer.output(line.trim_end());
    }
}

/// What a stack needs, as short as it is unmistakable: the name alone where it is of the same place.
fn needs(stack: &AssemblyStack) -> String {
    let here = format!("{}/{}/", stack.account, stack.region);
    let short = |id: &str| id.strip_prefix(&here).unwrap_or(id).to_owned();
    let needed: Vec<String> = stack.depends_on.iter().map(|id| short(id.as_str())).collect();
    if needed.is_empty() {
        String::new()
    } else {
        format!("needs {}", needed.join(", "))
    }
}
