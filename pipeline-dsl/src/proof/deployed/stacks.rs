//! What is there when the assembly is deployed: every resource with its properties, intrinsics replaced by what they become.

use super::resource::{Resource, Unreadable, with_statement};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::declarations::Declarations;
use super::identity::{Home, Identity};
use super::index::Index;
use super::shapes::Representatives;
use crate::cloudformation::ResourceKind;
use crate::cloudformation::foreseen::{Foreseen, Given};
use crate::model::{AccountId, Name, Region, TeamName};
use crate::synth::{Assembly, AssemblyStack, ParameterValue};
use crate::team::{Developer, Team};

/// The resources of the stacks that stand for all.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Deployed {
    pub(in crate::proof) team: TeamName,
    pub(in crate::proof) resources: Vec<Resource>,
    /// Where developers are admitted one by one, what those have by which they are admitted whom others stand for.
    pub(in crate::proof) admitted: Vec<Resource>,
    index: Index,
    /// Where the developers' accounts are: the path of their organizational unit, as AWS sends it.
    pub(in crate::proof) organization: Option<(String, String)>,
    pub(in crate::proof) build_account: AccountId,
    pub(in crate::proof) source_account_everywhere: bool,
    /// An account that has nothing to do with the team.
    pub(in crate::proof) stranger: AccountId,
    /// What the program grants its services.
    pub(in crate::proof) declarations: Declarations,
    /// Every developer's account, also of those that others stand for.
    pub(in crate::proof) all_developers: Vec<(Name, AccountId, Region)>,
}

impl Deployed {
    /// What stands of those who are proved for all.
    pub(in crate::proof) fn of(
        team: &Team,
        assembly: &Assembly,
        representatives: &Representatives,
    ) -> Result<Self, Unreadable> {
        Self::with_template(team, assembly, representatives, |_| None)
    }

    /// As [`Self::of`], with other templates where there are any.
    pub(in crate::proof) fn with_template(
        team: &Team,
        assembly: &Assembly,
        representatives: &Representatives,
        instead: impl Fn(&AssemblyStack) -> Option<Value>,
    ) -> Result<Self, Unreadable> {
        let mut outputs: BTreeMap<(String, String), Value> = BTreeMap::new();
        let mut templates: BTreeMap<&str, Value> = BTreeMap::new();
        let (mut resources, mut admitted) = (Vec::new(), Vec::new());
        for stack in assembly.stacks() {
            if !representatives.have_service(stack) {
                continue;
            }
            let stands_for_others = representatives.have_developer(stack);
            if !stands_for_others
                && (team.world.organization.is_some() || !subscribes(assembly.template(stack)))
            {
                continue;
            }
            let digest = stack.template.as_str();
            if !templates.contains_key(digest) {
                let template = match instead(stack) {
                    Some(template) => template,
                    None => serde_json::from_str(assembly.template(stack))
                        .map_err(|_| Unreadable::Json(stack.id.to_string()))?,
                };
                templates.insert(digest, template);
            }
            if let Some(template) = templates.get(digest) {
                let there = of_stack(stack, template, &mut outputs)?;
                if stands_for_others {
                    resources.extend(there);
                } else {
                    admitted.extend(there);
                }
            }
        }
        Ok(Self::with(team, assembly.build_account(), resources, admitted))
    }

    /// What stands in the accounts of a team.
    pub(in crate::proof) fn with(
        team: &Team,
        build_account: AccountId,
        resources: Vec<Resource>,
        admitted: Vec<Resource>,
    ) -> Self {
        Self {
            stranger: stranger(team),
            team: team.name(),
            index: Index::of(resources.iter().chain(&admitted)),
            resources,
            admitted,
            organization: team
                .world
                .organization
                .as_ref()
                .map(|path| (path.organization_id().to_owned(), path.as_str().to_owned())),
            build_account,
            source_account_everywhere: team.world.source_account_everywhere,
            declarations: Declarations::of(team),
            all_developers: team
                .developers()
                .iter()
                .map(|each| (each.name(), each.account(), each.region()))
                .collect(),
        }
    }

    pub(in crate::proof) fn of_kind(&self, kind: ResourceKind) -> impl Iterator<Item = &Resource> {
        let stand_for_all = self
            .index
            .of_kind(kind)
            .take_while(|position| *position < self.resources.len());
        stand_for_all.filter_map(|position| self.resources.get(position))
    }

    /// What stands in an account, of those that stand for all.
    pub(in crate::proof) fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Resource> {
        let all = self.resources.iter();
        all.filter(move |resource| resource.home.account == account)
    }

    /// Of the list of those that stand for all, and then the others.
    fn at(&self, position: usize) -> Option<&Resource> {
        match position.checked_sub(self.resources.len()) {
            None => self.resources.get(position),
            Some(beyond) => self.admitted.get(beyond),
        }
    }

    /// As [`Self::of_kind`], also of those whom others stand for.
    pub(in crate::proof) fn of_kind_with_admitted(
        &self,
        kind: ResourceKind,
    ) -> impl Iterator<Item = &Resource> {
        self.index.of_kind(kind).filter_map(|position| self.at(position))
    }

    pub(in crate::proof) fn by_arn(&self, arn: &str) -> Option<&Resource> {
        self.at(self.index.by_arn(arn)?)
    }

    /// The bucket of this name.
    pub(in crate::proof) fn bucket(&self, name: &str) -> Option<&Resource> {
        self.at(self.index.bucket(name)?)
    }
}

/// The highest account number that the team does not have.
fn stranger(team: &Team) -> AccountId {
    let environments = team.world.environments.iter().map(|each| each.account);
    let developers = team.developers().iter().map(Developer::account);
    let own: BTreeSet<AccountId> = std::iter::once(team.world.build.account)
        .chain(environments)
        .chain(developers)
        .collect();
    let others = (0..=999_999_999_999_u64).rev();
    others
        .filter_map(|number| format!("{number:012}").parse().ok())
        .find(|account| !own.contains(account))
        .unwrap_or(team.world.build.account)
}

/// Whether the stack is one that the build account lets in.
fn subscribes(template: &str) -> bool {
    template.contains(&format!("\"{}\"", ResourceKind::Subscription))
}

fn of_stack(
    stack: &AssemblyStack,
    template: &Value,
    outputs: &mut BTreeMap<(String, String), Value>,
) -> Result<Vec<Resource>, Unreadable> {
    let given = |name: &str| match stack.parameters.get(name) {
        Some(ParameterValue::Value(value)) => Given::Value(value.clone()),
        Some(ParameterValue::Output { stack, output }) => {
            let value = outputs.get(&(stack.to_string(), output.to_string()));
            let value = value.and_then(Value::as_str);
            value.map_or(Given::Unknown, |value| Given::Value(value.to_owned()))
        }
        None => Given::Default,
    };
    let foreseen = Foreseen::of(template, stack.pseudo_parameters(), given);
    let home = Home {
        account: stack.account,
        region: stack.region,
    };
    let unresolved = |resource: &str, source| Unreadable::Unresolved {
        stack: stack.id.to_string(),
        resource: resource.to_owned(),
        source,
    };
    let mut resources = Vec::new();
    for there in foreseen.resources() {
        let kind = ResourceKind::named(there.resource_type).ok_or_else(|| Unreadable::Type {
            stack: stack.id.to_string(),
            resource: there.logical_id.to_owned(),
            found: there.resource_type.to_owned(),
        })?;
        let properties = foreseen
            .evaluated(there.properties())
            .map_err(|source| unresolved(there.logical_id, source))?;
        let Some(identity) = foreseen.identity(there.logical_id) else {
            continue;
        };
        let function = |name: &str| {
            let mut named = foreseen.identities();
            let function = named.find(|identity| identity.physical_id == name)?;
            function.arn.clone()
        };
        let resource = Resource {
            stack: stack.id.to_string(),
            developer: stack.developer,
            service: stack.service,
            logical_id: there.logical_id.to_owned(),
            kind,
            home,
            identity: Identity::named(home, &stack.stack_name, there.logical_id, identity.clone()),
            properties: with_statement(kind, Arc::new(properties), function),
            pipeline: None,
        };
        resources.push(resource.reading_pipeline()?);
    }
    let mut shown = Vec::new();
    for (name, value) in foreseen.outputs() {
        let value = foreseen
            .evaluated(value)
            .map_err(|source| unresolved(name, source))?;
        shown.push(((stack.id.to_string(), name.to_owned()), value));
    }
    outputs.extend(shown);
    Ok(resources)
}
