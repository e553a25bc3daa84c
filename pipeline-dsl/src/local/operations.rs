//! CloudFormation's actions on stacks.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>

use std::collections::BTreeMap;

use super::State;
use super::execution::{Execution, Kind};
use super::request::Request;
use super::response::{ApiError, Xml};
use super::stack::{Definition, Stack, StackArn};
use crate::model::Region;

/// The latest events of a stack come first, and no more than these at once.
const EVENTS_OF_A_PAGE: usize = 100;

impl State {
    /// The stack of this name that is there, or the one of this id, deleted or not.
    pub(super) fn find(&self, request: &Request, name_or_id: &str) -> Option<StackArn> {
        if name_or_id.starts_with("arn:") {
            let id = StackArn(name_or_id.to_owned());
            return self.stacks.contains_key(&id).then_some(id);
        }
        let prefix = stack_prefix(request, name_or_id);
        // Ids of one name stand together, whatever is behind the last slash.
        self.stacks
            .range(StackArn(prefix.clone())..)
            .take_while(|(id, _)| id.0.starts_with(&prefix))
            .find(|(_, stack)| !stack.is_deleted())
            .map(|(id, _)| id.clone())
    }

    pub(super) fn found(&self, request: &Request, name_or_id: &str) -> Result<StackArn, ApiError> {
        self.find(request, name_or_id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {name_or_id} does not exist")))
    }

    pub(super) fn stack(&self, id: &StackArn) -> Result<&Stack, ApiError> {
        self.stacks
            .get(id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {id} does not exist")))
    }

    pub(super) fn stack_mut(&mut self, id: &StackArn) -> Result<&mut Stack, ApiError> {
        self.stacks
            .get_mut(id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {id} does not exist")))
    }

    fn go_on(&mut self, id: &StackArn) -> Result<(), ApiError> {
        self.advance(id)
            .map_err(|error| ApiError::internal(error.to_string()))
    }

    pub(super) fn save(&self, id: &StackArn) -> Result<(), ApiError> {
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
        fields.push(("Description", Xml::text(&deployed.description)));
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

pub(super) fn delete_stack(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    // A stack that is not there is deleted already.
    if let Some(id) = state.find(request, request.require("StackName")?) {
        let at = state.clock.tick();
        let stack = state.stack_mut(&id)?;
        if stack.execution.is_none() && !stack.is_deleted() {
            let nothing = Definition {
                description: String::new(),
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

/// What the id of every stack of that name begins with.
pub(super) fn stack_prefix(request: &Request, name: &str) -> String {
    let partition = request
        .region
        .parse()
        .map_or("aws", |region: Region| region.partition().as_str());
    format!(
        "arn:{partition}:cloudformation:{}:{}:stack/{name}/",
        request.region, request.account
    )
}
