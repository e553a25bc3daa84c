//! CloudFormation's actions.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>

use std::collections::BTreeMap;

use super::State;
use super::change_set::ChangeSet;
use super::document::Document;
use super::execution::{Execution, Kind};
use super::request::Request;
use super::resources::unique_id;
use super::response::{ApiError, Xml};
use super::stack::{Definition, Stack, StackArn};
use crate::cloudformation::limits;

/// The latest events of a stack come first, and no more than these at once.
const EVENTS_OF_A_PAGE: usize = 100;
const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create \
                          a change set.";

impl State {
    /// The stack of this name that is there, or the one of this id, deleted or not.
    fn find(&self, request: &Request, name_or_id: &str) -> Option<StackArn> {
        if name_or_id.starts_with("arn:") {
            let id = StackArn(name_or_id.to_owned());
            return self.stacks.contains_key(&id).then_some(id);
        }
        let own = |stack: &&Stack| {
            stack.account == request.account
                && stack.region == request.region
                && stack.name == name_or_id
                && !stack.is_deleted()
        };
        self.stacks.values().find(own).map(|stack| stack.id.clone())
    }

    fn found(&self, request: &Request, name_or_id: &str) -> Result<StackArn, ApiError> {
        self.find(request, name_or_id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {name_or_id} does not exist")))
    }

    fn stack(&self, id: &StackArn) -> Result<&Stack, ApiError> {
        self.stacks
            .get(id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {id} does not exist")))
    }

    fn stack_mut(&mut self, id: &StackArn) -> Result<&mut Stack, ApiError> {
        self.stacks
            .get_mut(id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {id} does not exist")))
    }

    fn go_on(&mut self, id: &StackArn) -> Result<(), ApiError> {
        self.advance(id)
            .map_err(|error| ApiError::internal(error.to_string()))
    }

    fn save(&self, id: &StackArn) -> Result<(), ApiError> {
        match (&self.store, self.stacks.get(id)) {
            (Some(store), Some(stack)) => store
                .save(stack)
                .map_err(|error| ApiError::internal(error.to_string())),
            _ => Ok(()),
        }
    }
}

/// Looking at a stack is what makes time pass for it.
pub(super) fn describe_stacks(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let shown = if let Some(name) = request.get("StackName") {
        let id = state.found(request, name)?;
        state.go_on(&id)?;
        vec![stack_xml(state.stack(&id)?)]
    } else {
        let here = |stack: &&Stack| {
            stack.account == request.account && stack.region == request.region && !stack.is_deleted()
        };
        state.stacks.values().filter(here).map(stack_xml).collect()
    };
    Ok(Xml::Fields(vec![("Stacks", Xml::List(shown))]))
}

fn stack_xml(stack: &Stack) -> Xml {
    let pair = |key: &'static str, value: &'static str, entry: (&String, &String)| {
        Xml::Fields(vec![(key, Xml::text(entry.0)), (value, Xml::text(entry.1))])
    };
    let mut fields = vec![
        ("StackName", Xml::text(&stack.name)),
        ("StackId", Xml::text(&stack.id.0)),
        ("CreationTime", Xml::text(stack.created.to_timestamp())),
        ("StackStatus", Xml::text(&stack.status)),
    ];
    if let Some(updated) = stack.updated {
        fields.push(("LastUpdatedTime", Xml::text(updated.to_timestamp())));
    }
    if let Some(reason) = &stack.reason {
        fields.push(("StackStatusReason", Xml::text(reason)));
    }
    if let Some(deployed) = &stack.deployed {
        let description = Document::parse(&deployed.template)
            .ok()
            .and_then(|document| document.description().map(str::to_owned));
        fields.push(("Description", Xml::text(description.unwrap_or_default())));
        let parameters = deployed.parameters.iter();
        let parameters = parameters.map(|entry| pair("ParameterKey", "ParameterValue", entry));
        fields.push(("Parameters", Xml::List(parameters.collect())));
        let tags = deployed.tags.iter().map(|entry| pair("Key", "Value", entry));
        fields.push(("Tags", Xml::List(tags.collect())));
    }
    let outputs = stack.outputs.iter().map(|(name, output)| {
        Xml::Fields(vec![
            ("OutputKey", Xml::text(name)),
            ("OutputValue", Xml::text(&output.value)),
            ("Description", Xml::text(&output.description)),
        ])
    });
    fields.push(("Outputs", Xml::List(outputs.collect())));
    Xml::Fields(fields)
}

pub(super) fn describe_stack_events(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    let first = stack.events.len().saturating_sub(EVENTS_OF_A_PAGE);
    let events = stack
        .events
        .iter()
        .enumerate()
        .skip(first)
        .rev()
        .map(|(number, event)| {
            let mut fields = vec![
                ("StackId", Xml::text(&stack.id.0)),
                ("EventId", Xml::text(format!("{}-{number}", event.logical_id))),
                ("StackName", Xml::text(&stack.name)),
                ("LogicalResourceId", Xml::text(&event.logical_id)),
                ("PhysicalResourceId", Xml::text(&event.physical_id)),
                ("ResourceType", Xml::text(&event.resource_type)),
                ("Timestamp", Xml::text(event.at.to_timestamp())),
                ("ResourceStatus", Xml::text(&event.status)),
            ];
            if let Some(reason) = &event.reason {
                fields.push(("ResourceStatusReason", Xml::text(reason)));
            }
            if let Some(token) = &event.token {
                fields.push(("ClientRequestToken", Xml::text(token)));
            }
            Xml::Fields(fields)
        });
    let events = events.collect();
    Ok(Xml::Fields(vec![("StackEvents", Xml::List(events))]))
}

pub(super) fn describe_stack_resources(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    let resources = stack.resources.iter().map(|(logical_id, resource)| {
        Xml::Fields(vec![
            ("StackName", Xml::text(&stack.name)),
            ("StackId", Xml::text(&stack.id.0)),
            ("LogicalResourceId", Xml::text(logical_id)),
            ("PhysicalResourceId", Xml::text(&resource.physical_id)),
            ("ResourceType", Xml::text(&resource.resource_type)),
            ("Timestamp", Xml::text(stack.latest().to_timestamp())),
            ("ResourceStatus", Xml::text("CREATE_COMPLETE")),
        ])
    });
    let resources = resources.collect();
    Ok(Xml::Fields(vec![("StackResources", Xml::List(resources))]))
}

pub(super) fn get_template(state: &State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let deployed = state.stack(&id)?.deployed.as_ref();
    let template = deployed
        .map(|deployed| deployed.template.clone())
        .unwrap_or_default();
    Ok(Xml::Fields(vec![("TemplateBody", Xml::text(template))]))
}

pub(super) fn create_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let stack_name = request.require("StackName")?.to_owned();
    let name = request.require("ChangeSetName")?.to_owned();
    let creates = request.get("ChangeSetType") == Some("CREATE");
    let template = request.require("TemplateBody")?.to_owned();
    check_name(&stack_name)?;
    check_name(&name)?;

    let document = Document::parse(&template)?;
    let given = request.pairs("Parameters", "ParameterKey", "ParameterValue");
    let parameters = document.parameters(&given)?;
    let tags = request.pairs("Tags", "Key", "Value");
    check_tags(&tags)?;
    let needed = document.needed_capability();
    let acknowledged = request.list("Capabilities");
    if let Some(needed) = needed
        && !acknowledged.contains(&needed)
        && !acknowledged.contains(&"CAPABILITY_NAMED_IAM")
    {
        let message = format!("Requires capabilities : [{needed}]");
        return Err(ApiError::new("InsufficientCapabilitiesException", message));
    }
    let wanted = Definition {
        template,
        parameters,
        tags,
    };
    let id = stack_to_change(state, request, &stack_name, &name, creates)?;
    let token = request.get("ClientToken").map(str::to_owned);
    let stack = state.stack_mut(&id)?;
    if let Some(existing) = stack.change_sets.get(&name) {
        if token.is_some() && existing.token == token {
            return Ok(created(&existing.id, &id));
        }
        return Err(ApiError::new(
            "AlreadyExistsException",
            format!("ChangeSet {name} already exists"),
        ));
    }
    let empty = stack
        .deployed
        .as_ref()
        .is_some_and(|deployed| same(deployed, &wanted));
    let (status, reason, execution_status) = match empty {
        true => ("FAILED", Some(NO_CHANGES.to_owned()), "UNAVAILABLE"),
        false => ("CREATE_COMPLETE", None, "AVAILABLE"),
    };
    let change_set = ChangeSet {
        id: format!(
            "{}:changeSet/{name}/{}",
            id.0.rsplit_once(":stack/").map_or("", |(start, _)| start),
            unique_id(&[&id.0, &name])
        ),
        name: name.clone(),
        status: status.to_owned(),
        reason,
        execution_status: execution_status.to_owned(),
        wanted,
        token,
    };
    let answer = created(&change_set.id, &id);
    stack.change_sets.insert(name, change_set);
    state.save(&id)?;
    Ok(answer)
}

fn created(change_set: &str, stack: &StackArn) -> Xml {
    Xml::Fields(vec![
        ("Id", Xml::text(change_set)),
        ("StackId", Xml::text(&stack.0)),
    ])
}

/// The stack that a change set is for: a new one in review, or one that can be changed.
fn stack_to_change(
    state: &mut State,
    request: &Request,
    stack_name: &str,
    change_set: &str,
    creates: bool,
) -> Result<StackArn, ApiError> {
    let existing = state.find(request, stack_name);
    match (existing, creates) {
        (Some(id), true) => {
            if state.stack(&id)?.status == "REVIEW_IN_PROGRESS" {
                return Ok(id);
            }
            Err(ApiError::validation(format!(
                "Stack [{stack_name}] already exists and cannot be created again with the changeSet [{change_set}]."
            )))
        }
        (Some(id), false) => {
            let status = &state.stack(&id)?.status;
            match status.as_str() {
                "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => Ok(id),
                _ => {
                    let message = format!("Stack:{id} is in {status} state and can not be updated.");
                    Err(ApiError::validation(message))
                }
            }
        }
        (None, false) => Err(ApiError::validation(format!(
            "Stack [{stack_name}] does not exist"
        ))),
        (None, true) => Ok(state.new_stack(request, stack_name)),
    }
}

impl State {
    fn new_stack(&mut self, request: &Request, name: &str) -> StackArn {
        let now = self.clock.tick();
        let partition = request
            .region
            .parse()
            .map_or("aws", |region: crate::model::Region| region.partition().as_str());
        let (account, region) = (request.account.clone(), request.region.clone());
        let unique = unique_id(&[&account, &region, name, &now.to_timestamp()]);
        let id = StackArn(format!(
            "arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{unique}"
        ));
        let mut stack = Stack {
            id: id.clone(),
            name: name.to_owned(),
            account,
            region,
            status: String::new(),
            reason: None,
            created: now,
            updated: None,
            deployed: None,
            resources: indexmap::IndexMap::new(),
            outputs: BTreeMap::new(),
            events: Vec::new(),
            change_sets: BTreeMap::new(),
            execution: None,
        };
        stack.turn(now, "REVIEW_IN_PROGRESS", Some("User Initiated".to_owned()));
        self.stacks.insert(id.clone(), stack);
        id
    }

    /// A change set by its id, or by its name and that of its stack.
    fn change_set(&self, request: &Request) -> Result<(StackArn, String), ApiError> {
        let wanted = request.require("ChangeSetName")?;
        let missing = || {
            ApiError::new(
                "ChangeSetNotFound",
                format!("ChangeSet [{wanted}] does not exist"),
            )
        };
        if wanted.starts_with("arn:") {
            let of = |stack: &Stack| {
                let change_set = stack
                    .change_sets
                    .values()
                    .find(|change_set| change_set.id == wanted)?;
                Some((stack.id.clone(), change_set.name.clone()))
            };
            return self.stacks.values().find_map(of).ok_or_else(missing);
        }
        let id = self.found(request, request.require("StackName")?)?;
        match self.stack(&id)?.change_sets.contains_key(wanted) {
            true => Ok((id, wanted.to_owned())),
            false => Err(missing()),
        }
    }
}

pub(super) fn describe_change_set(state: &State, request: &Request) -> Result<Xml, ApiError> {
    let (id, name) = state.change_set(request)?;
    let stack = state.stack(&id)?;
    let Some(change_set) = stack.change_sets.get(&name) else {
        return Err(ApiError::new(
            "ChangeSetNotFound",
            format!("ChangeSet [{name}] does not exist"),
        ));
    };
    let mut fields = vec![
        ("ChangeSetName", Xml::text(&change_set.name)),
        ("ChangeSetId", Xml::text(&change_set.id)),
        ("StackId", Xml::text(&id.0)),
        ("StackName", Xml::text(&stack.name)),
        ("Status", Xml::text(&change_set.status)),
        ("ExecutionStatus", Xml::text(&change_set.execution_status)),
    ];
    if let Some(reason) = &change_set.reason {
        fields.push(("StatusReason", Xml::text(reason)));
    }
    Ok(Xml::Fields(fields))
}

pub(super) fn execute_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let (id, name) = state.change_set(request)?;
    let at = state.clock.tick();
    let stack = state.stack_mut(&id)?;
    let Some(change_set) = stack.change_sets.get(&name) else {
        return Err(ApiError::new(
            "ChangeSetNotFound",
            format!("ChangeSet [{name}] does not exist"),
        ));
    };
    if change_set.execution_status != "AVAILABLE" {
        let message = format!(
            "ChangeSet [{}] cannot be executed in its current status of [{}]",
            change_set.id, change_set.status
        );
        return Err(ApiError::new("InvalidChangeSetStatus", message));
    }
    let (kind, status) = match stack.status.as_str() {
        "REVIEW_IN_PROGRESS" => (Kind::Create, "CREATE_IN_PROGRESS"),
        _ => (Kind::Update, "UPDATE_IN_PROGRESS"),
    };
    let token = request.get("ClientRequestToken").map(str::to_owned);
    let execution = Execution::new(kind, change_set.wanted.clone(), stack, token);
    stack.execution = Some(execution);
    // The others were made for what the stack was.
    stack.change_sets.clear();
    stack.turn(at, status, Some("User Initiated".to_owned()));
    Ok(Xml::Fields(Vec::new()))
}

pub(super) fn delete_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let (id, name) = state.change_set(request)?;
    state.stack_mut(&id)?.change_sets.remove(&name);
    state.save(&id)?;
    Ok(Xml::Fields(Vec::new()))
}

pub(super) fn delete_stack(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    // A stack that is not there is deleted already.
    if let Some(id) = state.find(request, request.require("StackName")?) {
        let at = state.clock.tick();
        let stack = state.stack_mut(&id)?;
        if stack.execution.is_none() && !stack.is_deleted() {
            let nothing = Definition {
                template: String::new(),
                parameters: BTreeMap::new(),
                tags: BTreeMap::new(),
            };
            stack.execution = Some(Execution::new(Kind::Delete, nothing, stack, None));
            stack.turn(at, "DELETE_IN_PROGRESS", Some("User Initiated".to_owned()));
        }
    }
    Ok(Xml::Fields(Vec::new()))
}

/// Whether two definitions are the same stack: how a template is written does not matter.
fn same(deployed: &Definition, wanted: &Definition) -> bool {
    let template = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    deployed.parameters == wanted.parameters
        && deployed.tags == wanted.tags
        && template(&deployed.template) == template(&wanted.template)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let good = name.len() <= limits::STACK_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if good {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{name}' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
    )))
}

fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let good = |(key, value): (&String, &String)| {
        (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256 && !key.starts_with("aws:")
    };
    if tags.len() <= limits::STACK_TAGS && tags.iter().all(good) {
        return Ok(());
    }
    Err(ApiError::validation(
        "Template format error: the tags are too many, too long, or reserved",
    ))
}
