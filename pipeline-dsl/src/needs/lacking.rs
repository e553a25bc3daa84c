//! What of the needs of templates a program does not grant.

use std::collections::{BTreeMap, BTreeSet};

use super::deployment::{IdentityKind, IdentityOfTemplate, Need, Needs};
use crate::policy::is_like;
use crate::team::{DeclaredRoles, Definition, Permissions, RoleNames, TRANSFORMS, Team};

/// What the program does not say, and the templates of a service need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lacking {
    /// The actions that no grant names, those together that are asked on the same resources.
    pub actions: BTreeMap<BTreeSet<String>, BTreeMap<String, Need>>,
    /// Those that are asked only where a resource has a property for it.
    pub perhaps: BTreeMap<String, Need>,
    /// Roles, managed policies and instance profiles that could not be made, with the reason.
    pub identities: Vec<(IdentityOfTemplate, String)>,
    /// Services that roles are passed to, and that `Roles` does not name.
    pub services: BTreeSet<String>,
    /// Nested stacks, where `.nested_stacks()` is not said.
    pub nested_stacks: Vec<String>,
    /// Transforms that are not allowed.
    pub transforms: BTreeSet<String>,
}

impl Lacking {
    /// Whether nothing is lacking that is certain.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
            && self.identities.is_empty()
            && self.services.is_empty()
            && self.nested_stacks.is_empty()
            && self.transforms.is_empty()
    }
}

/// What the permissions of a service lack for its templates.
pub(crate) fn of(team: &Team, pipeline: &Definition, needs: &Needs) -> Lacking {
    let nothing = Permissions::new();
    let permissions = pipeline.permissions.as_ref().unwrap_or(&nothing);
    let granted = |action: &str| {
        let action = action.to_ascii_lowercase();
        let actions = permissions.grants.iter().flat_map(|grant| &grant.actions);
        actions
            .into_iter()
            .any(|pattern| is_like(&action, &pattern.to_ascii_lowercase()))
    };
    let mut lacking = Lacking::default();
    for (action, need) in needs.actions.iter().filter(|(action, _)| !granted(action)) {
        if need.is_certain {
            let same = lacking.actions.entry(need.resources.clone()).or_default();
            same.insert(action.clone(), need.clone());
        } else {
            lacking.perhaps.insert(action.clone(), need.clone());
        }
    }
    for identity in &needs.identities {
        if let Some(why) = refused(team, pipeline, permissions.roles.as_ref(), identity) {
            lacking.identities.push((identity.clone(), why));
        }
    }
    let passed = permissions.roles.iter().flat_map(|roles| &roles.services);
    let passed: BTreeSet<&String> = passed.collect();
    let services = needs.identities.iter().flat_map(|role| &role.services);
    lacking.services = services
        .filter(|service| !passed.contains(service))
        .cloned()
        .collect();
    if permissions.nested_stacks.is_none() {
        lacking.nested_stacks.clone_from(&needs.nested_stacks);
    }
    let transforms = permissions
        .grants
        .iter()
        .flat_map(|grant| TRANSFORMS.resources(grant));
    let transforms: Vec<&str> = transforms.collect();
    for transform in &needs.transforms {
        let name = transform.trim_start_matches("AWS::");
        let is_allowed = |resource: &&str| {
            let allowed = resource.rsplit_once(":transform/");
            allowed.is_some_and(|(_, pattern)| is_like(name, pattern))
        };
        if !transforms.iter().any(is_allowed) {
            lacking.transforms.insert(name.to_owned());
        }
    }
    lacking
}

/// Why the deployment could not make this.
fn refused(
    team: &Team,
    pipeline: &Definition,
    roles: Option<&DeclaredRoles>,
    identity: &IdentityOfTemplate,
) -> Option<String> {
    let Some(roles) = roles else {
        return Some("the program lets the service make no roles".to_owned());
    };
    let stacks = || pipeline.stacks.iter().map(|stack| stack.name.as_str());
    let path = identity.path.as_deref().unwrap_or("/").trim_start_matches('/');
    let mut beginnings = Vec::new();
    let mut is_named = false;
    for names in roles.names() {
        let of_these = names.beginnings(team.name().as_str(), pipeline.service.name, stacks());
        is_named |= match (names, &identity.name) {
            // CloudFormation makes a name of the stack's.
            (RoleNames::Stacks, None) => path.is_empty(),
            (RoleNames::OfService | RoleNames::Path(_) | RoleNames::Stacks, name) => {
                let full = format!("{path}{}", name.as_deref().unwrap_or_default());
                of_these.iter().any(|beginning| full.starts_with(beginning))
            }
        };
        beginnings.extend(of_these);
    }
    if !is_named {
        let full = match &identity.name {
            Some(name) => format!("it is named `{path}{name}`"),
            None if path.is_empty() => "it has neither path nor name".to_owned(),
            None => format!("its path is `/{path}`"),
        };
        let names: Vec<String> = beginnings
            .iter()
            .map(|beginning| format!("`{beginning}*`"))
            .collect();
        return Some(format!(
            "{full}, and the deployment may make {}",
            names.join(" and ")
        ));
    }
    let lacks_boundary =
        identity.kind == IdentityKind::Role && roles.unbounded.is_none() && !identity.has_boundary;
    lacks_boundary.then(|| "it has no permissions boundary".to_owned())
}

/// What the permissions of the service of this name lack; none, where the team delivers no such service.
pub fn lacking(team: &Team, service: &str, needs: &Needs) -> Option<Lacking> {
    let mut pipelines = team.pipelines.iter();
    let pipeline = pipelines.find(|pipeline| pipeline.service.name.as_str() == service)?;
    Some(of(team, pipeline, needs))
}
