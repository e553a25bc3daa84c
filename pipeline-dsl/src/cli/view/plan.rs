//! What a plan says: who may do what first and apart, then stack by stack; what is the same for many is said once.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde_json::json;

use super::causes::{Causes, without_places};
use super::error::chain;
use super::names::first_of;
use crate::cli::outlook::{Outlook, Remark};
use crate::cli::printer::Printer;
use crate::deploy::{ChangeKind, Plan, PlannedAction, PlannedChange, StackPlan};

/// As many stacks are named that change alike.
const NAMED: usize = 3;

pub(crate) fn print(plan: &Plan, outlook: &Outlook, place: &str, printer: &Printer) {
    let security = security(plan);
    if !security.is_empty() {
        printer.output(&security);
        printer.output("");
    }
    for (heading, stacks) in grouped(plan) {
        let mut text = format!("{heading} {}", named(&stacks));
        if let Some(plan) = stacks.first() {
            // Of what is new, everything is new; who may do what was said already.
            let said = |change: &&PlannedChange| {
                change.security || (change.action == ChangeKind::Add && !is_update(plan))
            };
            let shown = plan.changes.iter().filter(|change| !said(change));
            for change in shown {
                let _ = write!(text, "\n    {}", line(change));
            }
        }
        printer.output(&text);
    }
    for orphan in &plan.orphans {
        printer.output(&format!(
            "orphan    {orphan}: the program does not name it; `deploy --prune` destroys it"
        ));
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

/// The changes of who may do what.
pub(crate) fn security(plan: &Plan) -> String {
    let mut by_changes: IndexMap<Vec<String>, Vec<&StackPlan>> = IndexMap::new();
    for stack in &plan.stacks {
        let lines: Vec<String> = stack
            .changes
            .iter()
            .filter(|change| change.security)
            .map(line)
            .collect();
        if !lines.is_empty() {
            by_changes.entry(lines).or_default().push(stack);
        }
    }
    let mut text = String::new();
    for (lines, stacks) in by_changes {
        let _ = write!(text, "\n  {}", named(&stacks));
        for line in lines {
            let _ = write!(text, "\n    {line}");
        }
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

/// Stacks of which the same is to be said; nothing is said of those that stay as they are.
fn grouped(plan: &Plan) -> Vec<(String, Vec<&StackPlan>)> {
    let mut groups: IndexMap<(String, Vec<PlannedChange>, String), Vec<&StackPlan>> = IndexMap::new();
    for stack in &plan.stacks {
        let (heading, distinct) = match &stack.action {
            PlannedAction::Nothing => continue,
            PlannedAction::Create => ("create   ".to_owned(), String::new()),
            PlannedAction::Recreate(status) => (format!("recreate ({status})"), String::new()),
            PlannedAction::Update => ("update   ".to_owned(), String::new()),
            PlannedAction::UpdateAfter(needed) => (format!("update after {needed}:"), String::new()),
            PlannedAction::UpdateAfterRollback => ("roll back, then update".to_owned(), String::new()),
            PlannedAction::Busy(status) => (format!("busy ({status})"), String::new()),
            PlannedAction::Blocked(error) => ("blocked  ".to_owned(), without_places(&error.to_string())),
        };
        groups
            .entry((heading, stack.changes.clone(), distinct))
            .or_default()
            .push(stack);
    }
    groups
        .into_iter()
        .map(|((heading, ..), stacks)| (heading, stacks))
        .collect()
}

fn named(stacks: &[&StackPlan]) -> String {
    let stacks: Vec<&str> = stacks.iter().map(|plan| plan.stack.as_str()).collect();
    let like_it = if stacks.len() > NAMED { " like it" } else { "" };
    first_of(&stacks, NAMED) + like_it
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
        (plan.orphans.len(), "not in the program"),
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
        "unsearched": unsearched,
        "refused": remarks(&outlook.refused),
        "notes": remarks(&outlook.notes),
    });
    plan.to_string()
}
