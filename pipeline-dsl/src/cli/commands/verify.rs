//! `verify`: the access proof.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};

use crate::cli::arguments::Verify;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::names::first_of;
use crate::diagnostic::written;
use crate::policy::{ContextValue, Request};
use crate::proof::{
    Answer, Assumption, Expectation, Finding, Proof, Proved, Prover, Step, Verdict, describe,
};
use crate::synth::Assembly;
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    options: &Verify,
    as_json: bool,
    printer: &mut Printer,
) -> Result<Exit, Box<dyn std::error::Error>> {
    let prover = Prover::of(team, assembly)?;
    if let Some(id) = &options.explain {
        return explain(&prover, id, as_json, printer);
    }
    let proof = if as_json {
        let proof = prover.prove_each(|proved| printer.output(&as_value(proved).to_string()))?;
        print_json(&proof, printer);
        proof
    } else {
        let proof = if options.requests || options.all {
            let mut lines = Lines::new(printer);
            let proof = prover.prove_each(|proved| {
                if proved.hop.expectation == Expectation::Allowed || options.all {
                    lines.take(proved);
                }
            })?;
            lines.end();
            proof
        } else {
            let mut overview = Overview::default();
            let proof = prover.prove_each(|proved| overview.take(proved))?;
            overview.print(printer);
            proof
        };
        print_findings(&proof, printer);
        proof
    };
    crate::cli::view::diagnostic::print_each(team.warnings(), printer);
    crate::cli::view::diagnostic::print_each(assembly.warnings(), printer);
    crate::cli::view::diagnostic::print_each(&proof.warnings(), printer);
    crate::cli::view::diagnostic::print_each(&proof.notes(), printer);
    let broken = proof.diagnostics();
    if !broken.is_empty() {
        crate::cli::view::diagnostic::print(&broken, printer);
    }
    let unwaived = proof.findings.iter().filter(|finding| finding.waiver.is_none());
    let unwaived = each_once(unwaived).len();
    if !as_json {
        print_answer(&proof, unwaived, printer);
    }
    Ok(Exit::of(broken.is_empty() && unwaived == 0))
}

/// One request with its answer, and every policy that was asked.
fn explain(
    prover: &Prover<'_>,
    id: &str,
    as_json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn std::error::Error>> {
    let mut found = None;
    prover.prove_each(|proved| {
        if proved.hop.id == id {
            found = Some(proved.clone());
        }
    })?;
    let Some(asked) = found else {
        return Err(format!("there is no request `{id}`: `verify --requests` names them all").into());
    };
    if as_json {
        printer.output(&as_value(&asked).to_string());
    } else {
        printer.output(&explanation(&asked));
    }
    Ok(Exit::of(asked.holds()))
}

/// What has to be told beside the requests.
fn print_json(proof: &Proof, printer: &Printer) {
    for finding in &proof.findings {
        let Finding {
            policy,
            statement,
            location,
            message,
            waiver,
        } = finding;
        let finding = json!({
            "policy": policy,
            "statement": statement,
            "declared": location.map(ToString::to_string),
            "finding": message,
            "waiver": waiver,
        });
        printer.output(&finding.to_string());
    }
    for assumption in &proof.assumptions {
        let Assumption {
            policy,
            statement,
            key,
            otherwise,
            ..
        } = assumption;
        let assumption =
            json!({"policy": policy, "statement": statement, "assumed": key, "otherwise": otherwise});
        printer.output(&assumption.to_string());
    }
}

/// Answers line by line as they come: those that differ in their action only are one line.
struct Lines<'a> {
    printer: &'a Printer,
    group: Arc<str>,
    purpose: Option<String>,
    alike: Vec<Proved>,
}

impl<'a> Lines<'a> {
    fn new(printer: &'a Printer) -> Self {
        Self {
            printer,
            group: Arc::from(""),
            purpose: None,
            alike: Vec::new(),
        }
    }

    fn take(&mut self, proved: &Proved) {
        let same = self.alike.last();
        if same.is_none_or(|last| !differ_in_action_only(last, proved)) {
            self.end();
        }
        self.alike.push(proved.clone());
    }

    /// Prints what has been taken since the last line.
    fn end(&mut self) {
        let alike = std::mem::take(&mut self.alike);
        let Some(proved) = alike.first() else { return };
        if self.group != proved.hop.serves {
            self.printer.output(&proved.hop.serves);
            self.group = Arc::clone(&proved.hop.serves);
            self.purpose = None;
        }
        if self.purpose.as_ref() != Some(&proved.hop.purpose) {
            self.printer.output(&format!("  {}", proved.hop.purpose));
            self.purpose = Some(proved.hop.purpose.clone());
        }
        self.printer.output(&format!("    {}", line(&alike)));
    }
}

/// What asks for how much: a line for each kind, instead of one for each request.
#[derive(Debug, Default)]
struct Overview(IndexMap<String, Kind>);

/// Those of one kind: the builds, the pipelines.
#[derive(Debug, Default)]
struct Kind {
    names: IndexSet<String>,
    requests: usize,
}

/// So many of a kind are named.
const NAMED: usize = 3;

impl Overview {
    fn take(&mut self, proved: &Proved) {
        if proved.hop.expectation == Expectation::Denied {
            return;
        }
        // `pipeline acme-orders of alice` is one of the pipelines.
        let (kind, name) = proved
            .hop
            .serves
            .split_once(' ')
            .unwrap_or((&proved.hop.serves, ""));
        let kind = self.0.entry(kind.to_owned()).or_default();
        kind.names.insert(name.to_owned());
        kind.requests += 1;
    }

    fn print(&self, printer: &Printer) {
        for (kind, Kind { names, requests }) in &self.0 {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            printer.output(&format!("{requests:>7}  {kind} {}", first_of(&names, NAMED)));
        }
    }
}

fn print_findings(proof: &Proof, printer: &Printer) {
    for (finding, more) in each_once(proof.findings.iter()) {
        let Finding {
            policy,
            statement,
            location,
            message,
            waiver,
        } = finding;
        let reason = waiver.as_ref().map_or_else(
            || "wider than it has to be".to_owned(),
            |reason| format!("waived, {reason}"),
        );
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more like it"),
        };
        printer.output(&format!(
            "{policy}{more}, statement `{statement}`: {message} ({reason}){}",
            location.map_or_else(String::new, |location| format!(
                ", granted at {}",
                written(location)
            ))
        ));
    }
}

fn print_answer(proof: &Proof, unwaived: usize, printer: &Printer) {
    if unwaived > 0 {
        printer.error(&format!(
            "error: {} wider than needed\n  help: name the actions and resources that they are for; where it is meant, say why with \
             `.allow_broadly([…], […], \"why\")`",
            match unwaived {
                1 => "1 statement is".to_owned(),
                more => format!("{more} statements are"),
            }
        ));
    }
    let Proof { allowed, denied, .. } = proof;
    let broken = proof.broken.len();
    let answer = match broken {
        0 => "each is answered as it must be".to_owned(),
        _ => format!("{broken} are answered wrongly"),
    };
    printer.error(&format!(
        "{allowed} requests must be allowed and {denied} denied: {answer}"
    ));
}

/// What one line of the program is the cause of, once, with how many more there are.
fn each_once<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<(&'a Finding, usize)> {
    let mut found: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        let same = found.iter_mut().find(|(other, _)| {
            finding.location.is_some()
                && (finding.location, &finding.message) == (other.location, &other.message)
        });
        match same {
            Some((_, more)) => *more += 1,
            None => found.push((finding, 0)),
        }
    }
    found
}

/// Whether the two are of one line: the same asks the same resource for the same purpose, and the same statements answer.
fn differ_in_action_only(one: &Proved, next: &Proved) -> bool {
    let (hop, other) = (&one.hop, &next.hop);
    (&hop.serves, &hop.purpose, hop.expectation) == (&other.serves, &other.purpose, other.expectation)
        && hop.request.requester == other.request.requester
        && hop.request.resource == other.request.resource
        && one.decision.verdict == next.decision.verdict
        && one.holds()
        && next.holds()
        && one
            .decision
            .steps
            .iter()
            .map(reason)
            .eq(next.decision.steps.iter().map(reason))
}

/// Their names, the answer, who, what, on what, and which statements decided.
fn line(alike: &[Proved]) -> String {
    let (Some(first), Some(last)) = (alike.first(), alike.last()) else {
        return String::new();
    };
    let Request {
        requester, resource, ..
    } = &first.hop.request;
    let reasons: Vec<String> = first.decision.steps.iter().map(reason).collect();
    let id = match alike.len() {
        1 => first.hop.id.clone(),
        _ => format!("{}-{}", first.hop.id, last.hop.id),
    };
    format!(
        "{id:<12} {:<8} {}: {} on {resource} [{}]",
        word(first.decision.verdict),
        describe(requester),
        actions(alike),
        reasons.join("; ")
    )
}

/// `s3:GetObject, GetObjectVersion`: the service is said once.
fn actions(alike: &[Proved]) -> String {
    let mut said = "";
    let mut actions = Vec::new();
    for proved in alike {
        let action = proved.hop.request.action.as_str();
        let (service, name) = action.split_once(':').unwrap_or_default();
        actions.push(if service == said { name } else { action });
        said = service;
    }
    actions.join(", ")
}

fn reason(step: &Step) -> String {
    match (&step.statement, &step.policy) {
        _ if step.answer == Answer::Assumed => format!("the {} is not the team's", step.kind),
        (Some(sid), Some(policy)) => format!("{} `{sid}` of {policy}", step.kind),
        (None, Some(policy)) => format!("no statement in the {} {policy}", step.kind),
        (_, None) => format!("no {}", step.kind),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Denied => "denied",
    }
}

fn explanation(proved: &Proved) -> String {
    let Proved { hop, decision } = proved;
    let mut lines = vec![
        format!("{}: {}", hop.serves, hop.purpose),
        format!("  who       {}", describe(&hop.request.requester)),
        format!("  action    {}", hop.request.action),
        format!("  resource  {}", hop.request.resource),
    ];
    for (key, value) in &hop.request.context {
        let value = match value {
            ContextValue::Text(text) => text.clone(),
            ContextValue::Texts(texts) => texts.join(", "),
            ContextValue::Flag(flag) => flag.to_string(),
        };
        lines.push(format!("  with      {key} = {value}"));
    }
    for step in &decision.steps {
        lines.push(format!("  {:<9} {}", answer(step.answer), reason(step)));
    }
    let expected = match hop.expectation {
        Expectation::Allowed => "must be allowed",
        Expectation::Denied => "must be denied",
    };
    lines.push(format!("  {}: {expected}", word(decision.verdict)));
    lines.push(format!("  {}", hop.page));
    lines.join("\n")
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Allows => "allows",
        Answer::Refuses => "refuses",
        Answer::Lacks => "lacks",
        Answer::Silent => "silent",
        Answer::Assumed => "assumed",
    }
}

fn as_value(proved: &Proved) -> Value {
    let Proved { hop, decision } = proved;
    let steps: Vec<Value> = decision
        .steps
        .iter()
        .map(|step| {
            json!({
                "kind": step.kind,
                "policy": step.policy,
                "statement": step.statement,
                "answer": answer(step.answer),
            })
        })
        .collect();
    let context: Value = hop
        .request
        .context
        .iter()
        .map(|(key, value)| {
            let value = match value {
                ContextValue::Text(text) => json!(text),
                ContextValue::Texts(texts) => json!(texts),
                ContextValue::Flag(flag) => json!(flag),
            };
            (key.clone(), value)
        })
        .collect();
    json!({
        "id": hop.id,
        "serves": hop.serves,
        "purpose": hop.purpose,
        "page": hop.page,
        "expected": match hop.expectation {
            Expectation::Allowed => "allowed",
            Expectation::Denied => "denied",
        },
        "verdict": word(decision.verdict),
        "who": describe(&hop.request.requester),
        "action": hop.request.action,
        "resource": hop.request.resource,
        "context": context,
        "declared": proved.location().map(written),
        "steps": steps,
    })
}
