//! Whether the team's own pipeline can deploy a change: with the roles that stand in the accounts, not with those that the
//! change would bring.

use serde_json::Value;

use super::deployed::resource::Unreadable;
use super::deployed::shapes::Representatives;
use super::deployed::stacks::Deployed;
use super::hops;
use super::hops::self_update::Power;
use super::policies::evaluation::Policies;
use super::report::proved::Proved;
use crate::synth::{Assembly, AssemblyStack};
use crate::team::Team;

/// The stacks that hold roles of the team's own pipeline.
///
/// The paths are a second opinion on those that `constructs/names.rs` gives these roles.
pub fn holders<'a>(team: &Team, assembly: &'a Assembly) -> impl Iterator<Item = &'a AssemblyStack> {
    let paths = ["plan", "update", "self-update"].map(|path| format!("\"/{}/{path}/\"", team.name()));
    assembly.stacks().iter().filter(move |stack| {
        let template = assembly.template(stack);
        paths.iter().any(|path| template.contains(path.as_str()))
    })
}

/// The requests of a deployment of this assembly that the roles of the team's own pipeline would be denied, if in this stack they
/// were those of this template. The stack must be one of [`holders`]; of developers whose stacks have one template, another may
/// stand for it.
///
/// # Errors
/// When a template cannot be read.
pub fn denied_with(
    team: &Team,
    assembly: &Assembly,
    stack: &AssemblyStack,
    template: &str,
) -> Result<Vec<Proved>, Unreadable> {
    let old: Value = serde_json::from_str(template).map_err(|_| Unreadable::Json(stack.id.to_string()))?;
    // Of the services each: to a role from before one came, it is not like the others.
    let representatives = Representatives::of_developers(assembly);
    let deployed = Deployed::with_template(team, assembly, &representatives, |other| {
        (other.template == stack.template && (other.id == stack.id || stack.developer.is_some()))
            .then(|| with_roles_of(assembly.template(other), &old))
    })?;
    let policies = Policies::of(&deployed)?;
    let asked = hops::of_self_update(&deployed).into_iter().map(|hop| Proved {
        decision: policies.decide(&hop.request),
        hop,
    });
    Ok(asked.filter(|proved| !proved.holds()).collect())
}

/// The template with the pipeline's roles as the other one has them, or without them, where that has none.
fn with_roles_of(template: &str, old: &Value) -> Value {
    let mut template: Value = serde_json::from_str(template).unwrap_or_default();
    let Some(resources) = template.get_mut("Resources").and_then(Value::as_object_mut) else {
        return template;
    };
    let ours: Vec<String> = resources
        .iter()
        .filter(|(_, resource)| is_of_self_update(resource))
        .map(|(logical_id, _)| logical_id.clone())
        .collect();
    for logical_id in ours {
        let standing = old
            .get("Resources")
            .and_then(|resources| resources.get(&logical_id));
        let Some(resource) = resources.get_mut(&logical_id) else {
            continue;
        };
        let standing = standing.and_then(|standing| standing.get("Properties"));
        for policy in ["Policies", "AssumeRolePolicyDocument"] {
            let there = standing.and_then(|standing| standing.get(policy)).cloned();
            if let Some(properties) = resource.get_mut("Properties").and_then(Value::as_object_mut) {
                properties.insert(policy.to_owned(), there.unwrap_or_default());
            }
        }
    }
    // What the policies name, the older template's parameters have under the same names.
    let parameters = old.get("Parameters").and_then(Value::as_object).cloned();
    if let Some(declared) = template.get_mut("Parameters").and_then(Value::as_object_mut) {
        for (name, parameter) in parameters.unwrap_or_default() {
            declared.entry(name).or_insert(parameter);
        }
    }
    template
}

fn is_of_self_update(resource: &Value) -> bool {
    let path = resource.pointer("/Properties/Path").and_then(Value::as_str);
    let name = resource.pointer("/Properties/RoleName").and_then(Value::as_str);
    Power::named(path.unwrap_or_default(), name.unwrap_or_default()).is_some()
}
