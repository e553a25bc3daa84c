//! What a plan says: who may do what first and apart, then stack by stack; what is the same for many is said once.

mod alike;
mod guards;
mod reasons;
mod values;

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde_json::json;

use super::arriving;
use super::causes::{Causes, without_places};
use super::error::chain;
use super::names::first_of;
use super::permissions;
use crate::cli::outlook::{Outlook, Remark};
use crate::cli::printer::Printer;
use crate::deploy::{
    AbandonedStack, ChangeKind, LeavingService, LeavingStack, Plan, PlannedAction, PlannedChange,
    PropertyChange, RetainedResource, StackPlan,
};
use alike::{Told, alike};

/// As many stacks are named that change alike; `--verbose` names all.
const NAMED: usize = 3;

pub(crate) fn print(plan: &Plan, outlook: &Outlook, place: &str, printer: &Printer) {
    let verbose = printer.is_verbose();
    let security = security(plan, verbose);
    if !security.is_empty() {
        printer.output(&security);
        printer.output("");
    }
    for (heading, stacks, lines) in grouped(plan, verbose) {
        printer.output(&format!("{heading} {}{lines}", named(&stacks, verbose)));
    }
    for orphan in &plan.orphans {
        printer.output(&leaving(orphan));
    }
    for line in abandoned(&plan.abandoned, verbose) {
        printer.output(&line);
    }
    for lines in arriving::lines(&outlook.arriving, verbose) {
        printer.output(&lines);
    }
    // One cause is one error, of whatever it is told.
    let mut causes = Causes::default();
    for stack in &plan.stacks {
        if let PlannedAction::Blocked(error) = &stack.action {
            causes.add(stack.stack.as_str(), chain(error), error.help());
        }
    }
    for (place, error) in &plan.unsearched {
        causes.add(
            format!("{place} (search for orphans)"),
            chain(error),
            error.help(),
        );
    }
    causes.print(printer);
    printer.error(&total(plan, place));
    for note in &outlook.notes {
        printer.error(&format!("note: {}\n  help: {}", note.text, note.help));
    }
    for refused in &outlook.refused {
        printer.error(&format!("refused: {}\n  help: {}", refused.text, refused.help));
    }
}

/// The changes of who may do what, statement by statement; of a stack that is new, `all` says them.
pub(crate) fn security(plan: &Plan, all: bool) -> String {
    let of_stack = |stack: &StackPlan| {
        let mut lines = String::new();
        for change in stack.changes.iter().filter(|change| change.security) {
            let _ = write!(lines, "\n    {}", line(change));
            for guard in &change.guards {
                let _ = write!(lines, "\n        {}", guards::line(guard, all));
            }
            if all || is_update(stack) {
                for permission in &change.permissions {
                    let _ = write!(lines, "\n        {}", permissions::line(permission, all));
                }
            }
        }
        lines
    };
    let told = plan.stacks.iter().map(|stack| Told {
        stack,
        lines: of_stack(stack),
        distinct: String::new(),
    });
    let mut text = String::new();
    for (stacks, lines) in alike(told.filter(|told| !told.lines.is_empty()).collect()) {
        let _ = write!(text, "\n  {}{lines}", named(&stacks, all));
    }
    if text.is_empty() {
        text
    } else {
        format!("changes of who may do what:{text}")
    }
}

fn is_update(plan: &StackPlan) -> bool {
    !matches!(plan.action, PlannedAction::Create | PlannedAction::Recreate(_))
}

/// What happens to stacks, with what is to be said of it; nothing of those that stay as they are.
fn grouped(plan: &Plan, all: bool) -> Vec<(String, Vec<&StackPlan>, String)> {
    let mut by_heading: IndexMap<String, Vec<Told<'_>>> = IndexMap::new();
    for stack in &plan.stacks {
        let (heading, distinct) = match &stack.action {
            PlannedAction::Nothing => continue,
            PlannedAction::Create => ("create   ".to_owned(), String::new()),
            PlannedAction::Recreate(status) => (format!("recreate ({status})"), String::new()),
            PlannedAction::Update => ("update   ".to_owned(), String::new()),
            PlannedAction::UpdateAfter(needed) => (format!("update after {needed}:"), String::new()),
            PlannedAction::UpdateAfterRollback => ("roll back, then update".to_owned(), String::new()),
            PlannedAction::Busy(status) => (format!("busy ({status})"), String::new()),
            // Why is said below, once for all that it stops.
            PlannedAction::Blocked(error) => ("blocked  ".to_owned(), without_places(&error.to_string())),
        };
        by_heading
            .entry(heading + "\n" + &distinct)
            .or_default()
            .push(Told {
                stack,
                lines: details(stack, all),
                // Stacks of which other things change are not told together, though that is said elsewhere.
                distinct: changed(stack),
            });
    }
    let groups = by_heading.into_iter().flat_map(|(heading, stacks)| {
        let heading = heading.lines().next().unwrap_or_default().to_owned();
        let groups = alike(stacks).into_iter();
        groups.map(move |(stacks, lines)| (heading.clone(), stacks, lines))
    });
    groups.collect()
}

/// The resources of a stack that change; of what is new, everything does.
fn changed(stack: &StackPlan) -> String {
    let changes = stack.changes.iter().filter(|_| is_update(stack));
    changes.map(line).collect::<Vec<String>>().join("\n")
}

/// Why a stack is changed, and what of it is; but for who may do what, which is said before.
fn details(stack: &StackPlan, all: bool) -> String {
    let mut lines = String::new();
    for because in reasons::lines(&stack.reasons, all) {
        let _ = write!(lines, "\n    because {because}");
    }
    // Of what is new, everything is new.
    let said = |change: &&PlannedChange| {
        (change.security && !change.loses_data && change.permissions_say_all())
            || (change.action == ChangeKind::Add && !is_update(stack))
    };
    for change in stack.changes.iter().filter(|change| !said(change)) {
        let _ = write!(lines, "\n    {}", line(change));
        if change.same_permissions {
            let _ = write!(lines, "\n        the same permissions, written otherwise");
        }
        let shown = change
            .values
            .iter()
            .filter(|value| !change.is_of_permissions(value));
        let shown: Vec<&PropertyChange> = shown.collect();
        for value in values::lines(&shown, all) {
            let _ = write!(lines, "\n        {value}");
        }
    }
    lines
}

fn named(stacks: &[&StackPlan], all: bool) -> String {
    let stacks: Vec<&str> = stacks.iter().map(|plan| plan.stack.as_str()).collect();
    if all {
        return stacks.join(", ");
    }
    let like_it = if stacks.len() > NAMED { " like it" } else { "" };
    first_of(&stacks, NAMED) + like_it
}

/// A stack that the program does not name, with what goes with it and what stays.
fn leaving(orphan: &LeavingStack) -> String {
    let mut text = format!(
        "orphan    {}: the program does not name it; `deploy --prune` destroys it",
        orphan.stack
    );
    if let Some(new) = &orphan.replaced_by {
        let _ = write!(text, "\n    {new} takes its place");
    }
    for service in &orphan.services {
        let LeavingService {
            stack,
            is_taken_over,
            retained,
            ..
        } = service;
        if *is_taken_over {
            let _ = write!(
                text,
                "\n    o {stack} stays: another pipeline takes it over with its next release, and until this one is destroyed, \
                 both deploy it"
            );
            continue;
        }
        let _ = write!(
            text,
            "\n    - {stack}, which a pipeline has deployed with its role, and all that is in it"
        );
        text += &stays(retained, "        ");
    }
    text += &stays(&orphan.retained, "    ");
    text
}

fn stays(retained: &[RetainedResource], indent: &str) -> String {
    let mut text = String::new();
    for resource in retained {
        let RetainedResource {
            resource_type,
            physical_id,
            ..
        } = resource;
        let _ = write!(
            text,
            "\n{indent}o {physical_id} ({resource_type}) stays in the account"
        );
    }
    text
}

/// Stacks that no pipeline deploys any more: those of one name together.
fn abandoned(stacks: &[AbandonedStack], all: bool) -> Vec<String> {
    let mut by_name: IndexMap<(&str, bool), Vec<&AbandonedStack>> = IndexMap::new();
    for stack in stacks {
        let name = stack.stack.as_str().rsplit('/').next().unwrap_or_default();
        let alike = by_name.entry((name, stack.role.is_some())).or_default();
        alike.push(stack);
    }
    let line = |((_, is_deployed), stacks): ((&str, bool), Vec<&AbandonedStack>)| {
        let ids: Vec<&str> = stacks.iter().map(|stack| stack.stack.as_str()).collect();
        let told = if all {
            ids.join(", ")
        } else {
            first_of(&ids, NAMED)
        };
        let why = if is_deployed {
            "no pipeline deploys it any more; `deploy --prune` destroys it, and all that is in it"
        } else {
            "a pipeline has prepared it for an approval, and none deploys it any more; `deploy --prune` takes it away"
        };
        let mut text = format!("orphan    {told}: {why}");
        for stack in stacks {
            text += &stays(&stack.retained, "    ");
        }
        text
    };
    by_name.into_iter().map(line).collect()
}

/// `~ ArtifactKey (AWS::KMS::Key): KeyPolicy`, and loud where data is lost.
fn line(change: &PlannedChange) -> String {
    let sign = match change.action {
        ChangeKind::Add => "+",
        ChangeKind::Modify => "~",
        ChangeKind::Replace | ChangeKind::MayReplace => "-/+",
        ChangeKind::Remove => "-",
        ChangeKind::Retain => "o",
    };
    let mut line = format!("{sign} {} ({})", change.resource, change.resource_type);
    if !change.properties.is_empty() {
        let _ = write!(line, ": {}", change.properties.join(", "));
    }
    line += match change.action {
        ChangeKind::Replace => " REPLACED",
        ChangeKind::MayReplace => " MAY BE REPLACED",
        ChangeKind::Remove => " DELETED",
        ChangeKind::Retain => " stays in the account, and leaves the stack",
        ChangeKind::Add | ChangeKind::Modify => "",
    };
    if change.loses_data {
        line += ": ITS DATA IS LOST";
    }
    line
}

fn total(plan: &Plan, place: &str) -> String {
    if plan.is_empty() {
        let all = plan.stacks.len();
        return format!("nothing to do: all {all} stacks in {place} are as the program says");
    }
    let count = |word: &str| {
        plan.stacks
            .iter()
            .filter(|stack| stack.action.as_str() == word)
            .count()
    };
    let counts = [
        (count("create"), "to create"),
        (count("recreate"), "to recreate"),
        (count("update"), "to update"),
        (count("busy"), "busy"),
        (count("blocked"), "blocked"),
        (count("nothing"), "unchanged"),
        (plan.orphans.len() + plan.abandoned.len(), "not in the program"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("plan for {place}: {}", counts.join(", "))
}

/// The whole plan, for machines.
pub(crate) fn json(plan: &Plan, outlook: &Outlook) -> String {
    let remarks = |remarks: &[Remark]| -> Vec<_> {
        let remark = |remark: &Remark| json!({"reason": remark.text, "help": remark.help});
        remarks.iter().map(remark).collect()
    };
    let stacks: Vec<_> = plan
        .stacks
        .iter()
        .map(|stack| {
            let (error, help) = match &stack.action {
                PlannedAction::Blocked(error) => (Some(chain(error)), error.help()),
                _ => (None, None),
            };
            json!({
                "stack": stack.stack,
                "action": stack.action.as_str(),
                "reasons": stack.reasons,
                "changes": stack.changes,
                "error": error,
                "help": help,
            })
        })
        .collect();
    let unsearched: Vec<_> = plan
        .unsearched
        .iter()
        .map(|(place, error)| json!({"place": place, "error": chain(error), "help": error.help()}))
        .collect();
    let plan = json!({
        "stacks": stacks,
        "orphans": plan.orphans,
        "abandoned": plan.abandoned,
        "unsearched": unsearched,
        "refused": remarks(&outlook.refused),
        "notes": remarks(&outlook.notes),
        "arriving": outlook.arriving,
    });
    plan.to_string()
}
