//! What is there when the assembly is deployed: every resource with its properties, intrinsics replaced by what they become.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::declarations::Declarations;
use super::identity::{Home, Identity};
use super::index::Index;
use super::scope::StackScope;
use super::shapes::Representatives;
use crate::cloudformation::decided::Decided;
use crate::cloudformation::resolve::{Scope, Unresolved, resolve};
use crate::cloudformation::{Policies, ResourceKind};
use crate::model::{AccountId, Name, Region, TeamName};
use crate::synth::{Assembly, AssemblyStack};
use crate::team::Team;

/// A template that the proof cannot read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not JSON.
    #[error("the template of stack `{0}` is not JSON")]
    Json(String),
    /// A resource is of a type of which nothing is known.
    #[error(
        "resource `{resource}` of stack `{stack}` is of type {found}, which is in no template of pipeline-dsl"
    )]
    Type {
        /// The stack.
        stack: String,
        /// The resource.
        resource: String,
        /// Its type, as JSON.
        found: String,
    },
    /// An intrinsic function stands for nothing.
    #[error("resource `{resource}` of stack `{stack}`: {source}")]
    Unresolved {
        /// The stack.
        stack: String,
        /// The resource.
        resource: String,
        /// What is missing.
        source: Unresolved,
    },
    /// A policy with a statement that is none.
    #[error("resource `{resource}` of stack `{stack}`: {source}")]
    Statement {
        /// The stack.
        stack: String,
        /// The resource.
        resource: String,
        /// What is wrong.
        source: crate::policy::MalformedStatement,
    },
}

/// The resources of the stacks that stand for all.
#[derive(Debug, Clone)]
pub(super) struct Deployed {
    pub(super) team: TeamName,
    pub(super) resources: Vec<Resource>,
    /// Where developers are admitted one by one, what those have by which they are admitted whom others stand for.
    pub(super) admitted: Vec<Resource>,
    index: Index,
    /// Where the developers' accounts are: the path of their organizational unit, as AWS sends it.
    pub(super) organization: Option<(String, String)>,
    pub(super) build_account: AccountId,
    pub(super) source_account_everywhere: bool,
    /// What the program grants its services.
    pub(super) declarations: Declarations,
    /// Every developer's account, also of those that others stand for.
    pub(super) all_developers: Vec<(Name, AccountId, Region)>,
}

/// A resource that is there.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) stack: String,
    pub(super) developer: Option<Name>,
    /// The service that its stack is for.
    pub(super) service: Option<Name>,
    pub(super) logical_id: String,
    pub(super) kind: ResourceKind,
    pub(super) home: Home,
    pub(super) identity: Identity,
    pub(super) properties: Arc<Value>,
}

impl Deployed {
    /// What stands of those who are proved for all.
    pub(super) fn of(
        team: &Team,
        assembly: &Assembly,
        representatives: &Representatives,
    ) -> Result<Self, Unreadable> {
        Self::with_template(team, assembly, representatives, |_| None)
    }

    /// As [`Self::of`], with other templates where there are any.
    pub(super) fn with_template(
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
                match stands_for_others {
                    true => resources.extend(there),
                    false => admitted.extend(there),
                }
            }
        }
        Ok(Self::with(team, assembly.build_account(), resources, admitted))
    }

    /// What stands in the accounts of a team.
    pub(super) fn with(
        team: &Team,
        build_account: AccountId,
        resources: Vec<Resource>,
        admitted: Vec<Resource>,
    ) -> Self {
        Self {
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

    pub(super) fn of_kind(&self, kind: ResourceKind) -> impl Iterator<Item = &Resource> {
        let stand_for_all = self
            .index
            .of_kind(kind)
            .take_while(|position| *position < self.resources.len());
        stand_for_all.filter_map(|position| self.resources.get(position))
    }

    /// What stands in an account, of those that stand for all.
    pub(super) fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Resource> {
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
    pub(super) fn of_kind_with_admitted(&self, kind: ResourceKind) -> impl Iterator<Item = &Resource> {
        self.index.of_kind(kind).filter_map(|position| self.at(position))
    }

    pub(super) fn by_arn(&self, arn: &str) -> Option<&Resource> {
        self.at(self.index.by_arn(arn)?)
    }

    /// The bucket of this name.
    pub(super) fn bucket(&self, name: &str) -> Option<&Resource> {
        self.at(self.index.bucket(name)?)
    }
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
    let mut scope = StackScope {
        stack,
        template,
        outputs,
        identities: BTreeMap::new(),
        decided: Decided::default(),
    };
    let home = Home {
        account: stack.account,
        region: stack.region,
    };
    let none = serde_json::Map::new();
    let section = |name: &str| template.get(name).and_then(Value::as_object).unwrap_or(&none);
    let mut there: Vec<(&String, ResourceKind, &Value)> = Vec::new();
    for (logical_id, resource) in section("Resources") {
        let kind = ResourceKind::of(resource).ok_or_else(|| Unreadable::Type {
            stack: stack.id.to_string(),
            resource: logical_id.clone(),
            found: resource.get("Type").cloned().unwrap_or_default().to_string(),
        })?;
        let condition = resource.get("Condition").and_then(Value::as_str);
        if condition.is_none_or(|name| scope.condition(name) == Some(true)) {
            there.push((logical_id, kind, resource));
        }
    }
    // Names first: they name nothing but parameters and pseudo parameters.
    for (logical_id, kind, resource) in &there {
        let properties = resource.get("Properties").cloned().unwrap_or_default();
        let named = names_only(&properties, &scope);
        let identity = Identity::of(home, &stack.stack_name, logical_id, *kind, &named);
        scope.identities.insert((*logical_id).clone(), identity);
    }
    let unresolved = |resource: &str, source| Unreadable::Unresolved {
        stack: stack.id.to_string(),
        resource: resource.to_owned(),
        source,
    };
    let mut resources = Vec::with_capacity(there.len());
    for (logical_id, kind, resource) in &there {
        let properties = resource.get("Properties").cloned().unwrap_or_default();
        let properties = resolve(&properties, &scope).map_err(|source| unresolved(logical_id, source))?;
        let Some(identity) = scope.identities.get(*logical_id).cloned() else {
            continue;
        };
        let function = |name: &str| {
            let mut named = scope.identities.values();
            named
                .find(|identity| identity.reference == name)
                .map(|identity| identity.arn.clone())
        };
        let properties = with_statement(*kind, Arc::new(properties), function);
        resources.push(Resource {
            stack: stack.id.to_string(),
            developer: stack.developer,
            service: stack.service,
            logical_id: (*logical_id).clone(),
            kind: *kind,
            home,
            identity,
            properties,
        });
    }
    let mut given = Vec::new();
    for (name, output) in section("Outputs") {
        let value = output.get("Value").cloned().unwrap_or_default();
        let value = resolve(&value, &scope).map_err(|source| unresolved(name, source))?;
        given.push(((stack.id.to_string(), name.clone()), value));
    }
    outputs.extend(given);
    Ok(resources)
}

/// A Lambda permission as the statement that Lambda makes of it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>
pub(super) fn with_statement(
    kind: ResourceKind,
    mut properties: Arc<Value>,
    arn_of: impl Fn(&str) -> Option<String>,
) -> Arc<Value> {
    if !matches!(kind.facts().policies, Policies::StatementOnFunction) {
        return properties;
    }
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let function = text("FunctionName").unwrap_or_default();
    let arn = arn_of(function).unwrap_or_else(|| function.to_owned());
    let mut statement = json!({
        "Sid": "Permission",
        "Effect": "Allow",
        "Principal": {"Service": text("Principal")},
        "Action": text("Action"),
        "Resource": arn,
    });
    let mut condition = serde_json::Map::new();
    if let Some(source) = text("SourceArn") {
        condition.insert("ArnLike".to_owned(), json!({"AWS:SourceArn": source}));
    }
    if let Some(account) = text("SourceAccount") {
        condition.insert("StringEquals".to_owned(), json!({"AWS:SourceAccount": account}));
    }
    if let (false, Some(statement)) = (condition.is_empty(), statement.as_object_mut()) {
        statement.insert("Condition".to_owned(), Value::Object(condition));
    }
    if let Some(properties) = Arc::make_mut(&mut properties).as_object_mut() {
        properties.insert("PolicyDocument".to_owned(), json!({"Statement": [statement]}));
    }
    properties
}

/// The properties that are names, as far as they can be resolved before anything is there.
fn names_only(properties: &Value, scope: &StackScope<'_>) -> Value {
    let entries = properties.as_object().into_iter().flatten();
    entries
        .filter(|(name, _)| name.ends_with("Name") || *name == "Path")
        .filter_map(|(name, value)| Some((name.clone(), resolve(value, scope).ok()?)))
        .collect()
}
