//! CloudFormation's actions on stacks.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>

use std::collections::BTreeMap;

use super::service_role;
use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml};
use crate::local::stacks::definition::Definition;
use crate::local::stacks::execution::Execution;
use crate::local::stacks::execution::Kind;
use crate::local::stacks::stack::{Stack, StackArn};
use crate::local::stacks::status::StackStatus;
use crate::local::stacks::template::Template;
use crate::local::state::State;
use crate::local::store::directory::FileKind;
use crate::model::Region;

/// No list shows more at once.
pub(crate) const PAGE: usize = 100;

impl State {
    /// The stack of this name that is there, or the one of this id, deleted or not.
    pub(crate) fn find(&self, request: &Request, name_or_id: &str) -> Option<StackArn> {
        if name_or_id.starts_with("arn:") {
            let id = StackArn(name_or_id.to_owned());
            let stack = self.shared.stacks.get(&id)?;
            let here = stack.account == request.account && stack.region == request.region;
            return here.then_some(id);
        }
        let prefix = stack_prefix(request, name_or_id);
        // Ids of one name stand together, whatever is behind the last slash.
        self.shared
            .stacks
            .range(StackArn(prefix.clone())..)
            .take_while(|(id, _)| id.0.starts_with(&prefix))
            .find(|(_, stack)| !stack.is_deleted())
            .map(|(id, _)| id.clone())
    }

    pub(crate) fn found(&self, request: &Request, name_or_id: &str) -> Result<StackArn, ApiError> {
        self.find(request, name_or_id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {name_or_id} does not exist")))
    }

    pub(crate) fn stack(&self, id: &StackArn) -> Result<&Stack, ApiError> {
        self.shared
            .stacks
            .get(id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {id} does not exist")))
    }

    pub(crate) fn stack_mut(&mut self, id: &StackArn) -> Result<&mut Stack, ApiError> {
        self.shared
            .stacks
            .get_mut(id)
            .ok_or_else(|| ApiError::validation(format!("Stack with id {id} does not exist")))
    }

    /// The stacks of the caller's account and region.
    fn here(&self, request: &Request) -> Vec<StackArn> {
        let beginning = stacks_prefix(request);
        let behind = self.shared.stacks.range(StackArn(beginning.clone())..);
        behind
            .map(|(id, _)| id)
            .take_while(|id| id.0.starts_with(&beginning))
            .cloned()
            .collect()
    }

    fn go_on(&mut self, id: &StackArn) -> Result<(), ApiError> {
        Ok(self.advance(id)?)
    }

    pub(crate) fn save(&self, id: &StackArn) -> Result<(), ApiError> {
        match self.shared.stacks.get(id) {
            Some(stack) => Ok(self
                .shared
                .keep(|store| store.save(FileKind::Stack, &stack.id.0, stack))?),
            None => Ok(()),
        }
    }
}

/// Looking at a stack is what makes time pass for it.
pub(crate) fn describe_stacks(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    if let Some(name) = request.get("StackName") {
        let id = state.found(request, name)?;
        state.go_on(&id)?;
        let shown = vec![stack_xml(state.stack(&id)?)];
        return Ok(Xml::Fields(vec![("Stacks", Xml::List(shown))]));
    }
    let all = state.here(request);
    let shown: Vec<StackArn> = all
        .into_iter()
        .filter(|id| {
            state
                .shared
                .stacks
                .get(id)
                .is_some_and(|stack| !stack.is_deleted())
        })
        .collect();
    let page = Page::of(request, shown.len())?;
    let mut stacks = Vec::new();
    for id in shown.into_iter().skip(page.start).take(PAGE) {
        state.go_on(&id)?;
        stacks.push(stack_xml(state.stack(&id)?));
    }
    Ok(page.answer("Stacks", stacks))
}

/// Every stack, those that were deleted too.
pub(crate) fn list_stacks(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let wanted = request.list("StackStatusFilter");
    let all = state.here(request);
    let shown: Vec<&Stack> = all
        .iter()
        .filter_map(|id| state.shared.stacks.get(id))
        .filter(|stack| wanted.is_empty() || wanted.contains(&stack.status.name()))
        .collect();
    let page = Page::of(request, shown.len())?;
    let summaries = shown.into_iter().skip(page.start).take(PAGE).map(|stack| {
        Xml::Fields(vec![
            ("StackId", Xml::text(&stack.id.0)),
            ("StackName", Xml::text(&stack.name)),
            ("CreationTime", Xml::text(stack.created.to_timestamp())),
            ("StackStatus", Xml::text(stack.status.name())),
        ])
    });
    Ok(page.answer("StackSummaries", summaries.collect()))
}

/// A part of a list; the token for the next is where it begins.
pub(crate) struct Page {
    start: usize,
    all: usize,
}

impl Page {
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    pub(crate) fn of(request: &Request, all: usize) -> Result<Self, ApiError> {
        let start = match request.get("NextToken") {
            None => 0,
            Some(token) => token
                .parse()
                .map_err(|_| ApiError::validation(format!("{token} is not a token of this list")))?,
        };
        Ok(Self { start, all })
    }

    pub(crate) fn answer(&self, name: &'static str, members: Vec<Xml>) -> Xml {
        let mut fields = vec![(name, Xml::List(members))];
        let next = self.start.saturating_add(PAGE);
        if next < self.all {
            fields.push(("NextToken", Xml::text(next.to_string())));
        }
        Xml::Fields(fields)
    }
}

fn stack_xml(stack: &Stack) -> Xml {
    let pair = |key: &'static str, value: &'static str, entry: (&String, &String)| {
        Xml::Fields(vec![(key, Xml::text(entry.0)), (value, Xml::text(entry.1))])
    };
    let mut fields = vec![
        ("StackName", Xml::text(&stack.name)),
        ("StackId", Xml::text(&stack.id.0)),
        ("CreationTime", Xml::text(stack.created.to_timestamp())),
        ("StackStatus", Xml::text(stack.status.name())),
        (
            "EnableTerminationProtection",
            Xml::text(stack.termination_protection.to_string()),
        ),
    ];
    if let Some(updated) = stack.updated {
        fields.push(("LastUpdatedTime", Xml::text(updated.to_timestamp())));
    }
    if let Some(role) = &stack.role {
        fields.push(("RoleARN", Xml::text(role)));
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

pub(crate) fn describe_stack_events(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    let page = Page::of(request, stack.events.len())?;
    let events = stack
        .events
        .iter()
        .enumerate()
        .rev()
        .skip(page.start)
        .take(PAGE)
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
    Ok(page.answer("StackEvents", events.collect()))
}

pub(crate) fn describe_stack_resources(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let mut resources = stack_resources(state, request)?;
    // Of a larger stack only the first hundred are told.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
    resources.truncate(100);
    Ok(Xml::Fields(vec![("StackResources", Xml::List(resources))]))
}

pub(crate) fn list_stack_resources(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let resources = stack_resources(state, request)?;
    let page = Page::of(request, resources.len())?;
    let shown = resources.into_iter().skip(page.start).take(PAGE);
    Ok(page.answer("StackResourceSummaries", shown.collect()))
}

fn stack_resources(state: &mut State, request: &Request) -> Result<Vec<Xml>, ApiError> {
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
            ("LastUpdatedTimestamp", Xml::text(stack.latest().to_timestamp())),
            ("ResourceStatus", Xml::text("CREATE_COMPLETE")),
        ])
    });
    Ok(resources.collect())
}

pub(crate) fn get_template(state: &State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let deployed = state.stack(&id)?.deployed.as_ref();
    let template = deployed
        .map(|deployed| deployed.template.text())
        .unwrap_or_default();
    Ok(Xml::Fields(vec![("TemplateBody", Xml::text(template))]))
}

pub(crate) fn delete_stack(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    // A stack that is not there is deleted already.
    if let Some(id) = state.find(request, request.require("StackName")?) {
        if !state.stack(&id)?.is_deleted() {
            service_role::of_call(state, request, state.stack(&id)?.role.as_deref())?;
        }
        let at = state.shared.clock.tick();
        let stack = state.stack_mut(&id)?;
        if stack.termination_protection && !stack.is_deleted() {
            return Err(ApiError::validation(format!(
                "Stack [{}] cannot be deleted while TerminationProtection is enabled",
                stack.name
            )));
        }
        let token = request.get("ClientRequestToken").map(str::to_owned);
        let retained = request.list("RetainResources");
        if !retained.is_empty() && stack.status != StackStatus::DeleteFailed {
            return Err(ApiError::validation(
                "Invalid operation on stack: specify resources to retain only when the stack is in the DELETE_FAILED \
                 state",
            ));
        }
        let (begins, is_busy) = match stack.execution.as_ref().map(|execution| execution.kind) {
            None => (!stack.is_deleted(), false),
            // What was made so far is deleted.
            Some(Kind::Create) => (true, false),
            Some(Kind::Delete) => (false, false),
            Some(Kind::Update | Kind::RollBackCreate | Kind::RollBackUpdate) => (false, true),
        };
        // What is acknowledged is done.
        if is_busy {
            return Err(ApiError::validation(format!(
                "Stack [{}] cannot be deleted while in status {}",
                stack.name, stack.status
            )));
        }
        if begins {
            let nothing = Definition {
                description: String::new(),
                template: Template::none(),
                parameters: BTreeMap::new(),
                tags: BTreeMap::new(),
            };
            let mut execution = Execution::new(Kind::Delete, nothing, stack, token);
            execution.skipped = retained.into_iter().map(str::to_owned).collect();
            stack.execution = Some(execution);
            stack.change_sets.clear();
            stack.delayed = None;
            stack.turn(
                at,
                StackStatus::DeleteInProgress,
                Some("User Initiated".to_owned()),
            );
            state.slow_down(&id);
            state.save(&id)?;
        }
    }
    Ok(Xml::Fields(Vec::new()))
}

/// What the id of every stack of that name begins with.
pub(crate) fn stack_prefix(request: &Request, name: &str) -> String {
    format!("{}{name}/", stacks_prefix(request))
}

/// What the ids of the stacks of the caller's account and region begin with.
fn stacks_prefix(request: &Request) -> String {
    let partition = request
        .region
        .parse()
        .map_or("aws", |region: Region| region.partition().as_str());
    format!(
        "arn:{partition}:cloudformation:{}:{}:stack/",
        request.region, request.account
    )
}
