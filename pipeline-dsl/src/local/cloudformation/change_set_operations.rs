//! CloudFormation's actions on change sets.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html>

use std::collections::BTreeMap;

use super::changes;
use super::service_role;
use super::stack_operations::{PAGE, Page, stack_prefix};
use crate::cloudformation::limits;
use crate::local::http::ids::unique_id;
use crate::local::http::names::check_stack;
use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml};
use crate::local::stacks::change_set::{ChangeSet, ChangeSetStatus, ExecutionStatus};
use crate::local::stacks::definition::Definition;
use crate::local::stacks::document::Document;
use crate::local::stacks::execution::Execution;
use crate::local::stacks::execution::Kind;
use crate::local::stacks::stack::{Executed, Stack, StackArn};
use crate::local::stacks::status::StackStatus;
use crate::local::stacks::template::Template;
use crate::local::state::State;

const NO_CHANGES: &str = "The submitted information didn't contain changes. Submit different information to create \
                          a change set.";

pub(crate) fn create_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let stack_name = request.require("StackName")?.to_owned();
    let name = request.require("ChangeSetName")?.to_owned();
    let creates = request.get("ChangeSetType") == Some("CREATE");
    let template = state.template(request)?;
    check_stack("changeSetName", &name)?;
    if !stack_name.starts_with("arn:") {
        check_stack("stackName", &stack_name)?;
    }

    let document = Document::parse(&template)?;
    let mut given = request.pairs("Parameters", "ParameterKey", "ParameterValue");
    for name in request.previous() {
        let id = state.found(request, &stack_name)?;
        let deployed = state.stack(&id)?.deployed.as_ref();
        let value = deployed.and_then(|deployed| deployed.parameters.get(name).cloned());
        given.insert(name.to_owned(), value.unwrap_or_default());
    }
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
    let id = stack_to_change(state, request, &stack_name, &name, creates)?;
    let role = service_role::of_call(state, request, state.stack(&id)?.role.as_deref())?;
    let wanted = Definition {
        description: document.description().unwrap_or_default().to_owned(),
        template: state.shared.keep_template(&template)?,
        parameters,
        tags,
    };
    let token = request.get("ClientToken").map(str::to_owned);
    let made = state.shared.clock.tick();
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
    let (status, reason, execution_status) = if empty {
        (
            ChangeSetStatus::Failed,
            Some(NO_CHANGES.to_owned()),
            ExecutionStatus::Unavailable,
        )
    } else {
        (ChangeSetStatus::CreateComplete, None, ExecutionStatus::Available)
    };
    let change_set = ChangeSet {
        id: format!(
            "{}:changeSet/{name}/{}",
            id.0.rsplit_once(":stack/").map_or("", |(start, _)| start),
            unique_id(&[&id.0, &name, &made.to_timestamp()])
        ),
        name: name.clone(),
        status,
        reason,
        execution_status,
        wanted,
        token,
        role,
        imports: request.flag("ImportExistingResources"),
        pending: 0,
    };
    let answer = created(&change_set.id, &id);
    state.shared.index.add_change_set(&change_set.id, &id);
    let stack = state.stack_mut(&id)?;
    stack.change_sets.insert(name.clone(), change_set);
    state.keep_pending(&id, &name);
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
            if state.stack(&id)?.status == StackStatus::ReviewInProgress {
                return Ok(id);
            }
            Err(ApiError::validation(format!(
                "Stack [{stack_name}] already exists and cannot be created again with the changeSet [{change_set}]."
            )))
        }
        (Some(id), false) => {
            let status = state.stack(&id)?.status;
            if status.can_be_updated() {
                return Ok(id);
            }
            Err(ApiError::validation(format!(
                "Stack:{id} is in {status} state and can not be updated."
            )))
        }
        (None, false) => Err(ApiError::validation(format!(
            "Stack [{stack_name}] does not exist"
        ))),
        (None, true) => Ok(state.new_stack(request, stack_name)),
    }
}

impl State {
    fn new_stack(&mut self, request: &Request, name: &str) -> StackArn {
        let now = self.shared.clock.tick();
        let (account, region) = (request.account.clone(), request.region.clone());
        let unique = unique_id(&[&account, &region, name, &now.to_timestamp()]);
        let id = StackArn(format!("{}{unique}", stack_prefix(request, name)));
        let mut stack = Stack {
            id: id.clone(),
            name: name.to_owned(),
            account,
            region,
            status: StackStatus::ReviewInProgress,
            reason: None,
            created: now,
            updated: None,
            deployed: None,
            resources: indexmap::IndexMap::new(),
            outputs: BTreeMap::new(),
            events: Vec::new(),
            change_sets: BTreeMap::new(),
            execution: None,
            delayed: None,
            executed: Vec::new(),
            termination_protection: false,
            role: None,
            unfinished: None,
        };
        stack.turn(
            now,
            StackStatus::ReviewInProgress,
            Some("User Initiated".to_owned()),
        );
        self.shared.stacks.insert(id.clone(), stack);
        id
    }

    /// A change set that was executed, by its id or its name and that of its stack.
    fn executed(&self, request: &Request) -> Option<(&Stack, Executed)> {
        let wanted = request.get("ChangeSetName")?;
        let of = |stack: &'_ Stack| {
            let executed = stack.executed.iter().rev();
            executed
                .into_iter()
                .find(|executed| executed.id == wanted)
                .cloned()
        };
        if wanted.starts_with("arn:") {
            let stack = self
                .shared
                .stacks
                .get(self.shared.index.stack_of_change_set(wanted)?)?;
            return Some((stack, of(stack)?));
        }
        let id = self.find(request, request.get("StackName")?)?;
        let stack = self.shared.stacks.get(&id)?;
        if stack.change_sets.contains_key(wanted) {
            return None;
        }
        let executed = stack
            .executed
            .iter()
            .rev()
            .find(|executed| executed.name == wanted)?;
        Some((stack, executed.clone()))
    }

    /// A change set by its id, or by its name and that of its stack.
    /// The stack of the change set that is named by its id.
    pub(crate) fn stack_of_change_set(&self, request: &Request) -> Option<String> {
        let (stack, _) = self.change_set(request).ok()?;
        Some(stack.to_string())
    }

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
            let stack = self.shared.index.stack_of_change_set(wanted);
            let stack = stack.and_then(|id| self.shared.stacks.get(id));
            return stack.and_then(of).ok_or_else(missing);
        }
        let id = self.found(request, request.require("StackName")?)?;
        if self.stack(&id)?.change_sets.contains_key(wanted) {
            Ok((id, wanted.to_owned()))
        } else {
            Err(missing())
        }
    }
}

pub(crate) fn describe_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    if let Some((stack, executed)) = state.executed(request) {
        return Ok(Xml::Fields(vec![
            ("ChangeSetName", Xml::text(&executed.name)),
            ("ChangeSetId", Xml::text(&executed.id)),
            ("StackId", Xml::text(&stack.id.0)),
            ("StackName", Xml::text(&stack.name)),
            ("Status", Xml::text(ChangeSetStatus::CreateComplete.name())),
            (
                "ExecutionStatus",
                Xml::text(ExecutionStatus::ExecuteComplete.name()),
            ),
        ]));
    }
    let (id, name) = state.change_set(request)?;
    let stack = state.stack(&id)?;
    let Some(change_set) = stack.change_sets.get(&name) else {
        return Err(ApiError::new(
            "ChangeSetNotFound",
            format!("ChangeSet [{name}] does not exist"),
        ));
    };
    if change_set.pending > 0 {
        let pending = vec![
            ("ChangeSetName", Xml::text(&change_set.name)),
            ("ChangeSetId", Xml::text(&change_set.id)),
            ("StackId", Xml::text(&id.0)),
            ("StackName", Xml::text(&stack.name)),
            ("Status", Xml::text(ChangeSetStatus::CreateInProgress.name())),
            ("ExecutionStatus", Xml::text(ExecutionStatus::Unavailable.name())),
        ];
        if let Some(change_set) = state.stack_mut(&id)?.change_sets.get_mut(&name) {
            change_set.pending -= 1;
        }
        return Ok(Xml::Fields(pending));
    }
    let mut fields = vec![
        ("ChangeSetName", Xml::text(&change_set.name)),
        ("ChangeSetId", Xml::text(&change_set.id)),
        ("StackId", Xml::text(&id.0)),
        ("StackName", Xml::text(&stack.name)),
        ("Status", Xml::text(change_set.status.name())),
        ("ExecutionStatus", Xml::text(change_set.execution_status.name())),
    ];
    if let Some(reason) = &change_set.reason {
        fields.push(("StatusReason", Xml::text(reason)));
    }
    if change_set.execution_status == ExecutionStatus::Available {
        let changes = changes::of(stack, &change_set.wanted);
        let page = Page::of(request, changes.len())?;
        let shown = changes.into_iter().skip(page.start()).take(PAGE);
        if let Xml::Fields(listed) = page.answer("Changes", shown.collect()) {
            fields.extend(listed);
        }
    }
    Ok(Xml::Fields(fields))
}

pub(crate) fn list_change_sets(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    let page = Page::of(request, stack.change_sets.len())?;
    let summaries = stack
        .change_sets
        .values()
        .skip(page.start())
        .take(PAGE)
        .map(|change_set| {
            Xml::Fields(vec![
                ("ChangeSetName", Xml::text(&change_set.name)),
                ("ChangeSetId", Xml::text(&change_set.id)),
                ("StackId", Xml::text(&id.0)),
                ("StackName", Xml::text(&stack.name)),
                ("Status", Xml::text(change_set.status.name())),
                ("ExecutionStatus", Xml::text(change_set.execution_status.name())),
            ])
        });
    Ok(page.answer("Summaries", summaries.collect()))
}

pub(crate) fn execute_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    if let Some((_, executed)) = state.executed(request) {
        // "Specify this token if you plan to retry requests":
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
        let again = request.get("ClientRequestToken");
        if again.is_some() && executed.token.as_deref() == again {
            return Ok(Xml::Fields(Vec::new()));
        }
        let message = format!(
            "ChangeSet [{}] cannot be executed in its current execution status of [{}]",
            executed.id,
            ExecutionStatus::ExecuteComplete.name()
        );
        return Err(ApiError::new("InvalidChangeSetStatus", message));
    }
    let (id, name) = state.change_set(request)?;
    let stack = state.stack_mut(&id)?;
    // An execution that was acknowledged and has not begun is one all the same.
    if stack.delayed.is_some() {
        let message = format!("Stack:{id} is in CREATE_IN_PROGRESS state and can not be updated.");
        return Err(ApiError::validation(message));
    }
    let Some(change_set) = stack.change_sets.get(&name) else {
        return Err(ApiError::new(
            "ChangeSetNotFound",
            format!("ChangeSet [{name}] does not exist"),
        ));
    };
    if change_set.execution_status != ExecutionStatus::Available {
        let message = format!(
            "ChangeSet [{}] cannot be executed in its current status of [{}]",
            change_set.id,
            change_set.status.name()
        );
        return Err(ApiError::new("InvalidChangeSetStatus", message));
    }
    let kind = match stack.status {
        StackStatus::ReviewInProgress => Kind::Create,
        _ => Kind::Update,
    };
    let token = request.get("ClientRequestToken").map(str::to_owned);
    let mut execution = Execution::new(kind, change_set.wanted.clone(), stack, token.clone());
    execution.imports = change_set.imports;
    stack.executed.push(Executed {
        id: change_set.id.clone(),
        name,
        token,
    });
    stack.role.clone_from(&change_set.role);
    // The others were made for what the stack was.
    stack.change_sets.clear();
    state.begin_soon(&id, execution);
    state.save(&id)?;
    Ok(Xml::Fields(Vec::new()))
}

pub(crate) fn delete_change_set(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let (id, name) = state.change_set(request)?;
    state.stack_mut(&id)?.change_sets.remove(&name);
    state.save(&id)?;
    Ok(Xml::Fields(Vec::new()))
}

/// Whether two definitions are the same stack: how a template is written does not matter.
fn same(deployed: &Definition, wanted: &Definition) -> bool {
    let read = |template: &Template| serde_json::from_str::<serde_json::Value>(template.text()).ok();
    let (is, becomes) = (&deployed.template, &wanted.template);
    deployed.parameters == wanted.parameters
        && deployed.tags == wanted.tags
        && (is == becomes || read(is) == read(becomes))
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
