//! `verify`: the access proof.

use serde_json::{Value, json};

use super::Printer;
use super::arguments::Verify;
use super::exit::Exit;
use crate::policy::{ContextValue, Request};
use crate::proof::{Answer, Assumption, Expectation, Finding, Proof, Proved, Step, Verdict, describe, prove};
use crate::synth::Assembly;
use crate::team::Team;

pub(super) fn run(
    team: &Team,
    assembly: &Assembly,
    options: &Verify,
    as_json: bool,
    printer: &mut Printer,
) -> Result<Exit, Box<dyn std::error::Error>> {
    let proof = prove(team, assembly)?;
    if let Some(id) = &options.explain {
        let Some(proved) = proof.proved.iter().find(|proved| proved.hop.id == *id) else {
            return Err(format!("there is no request `{id}`: `verify` names them all").into());
        };
        match as_json {
            true => printer.output(&as_value(proved).to_string()),
            false => printer.output(&explanation(proved)),
        }
        return Ok(Exit::of(proved.holds()));
    }
    match as_json {
        true => print_json(&proof, printer),
        false => print_text(&proof, options.all, printer),
    }
    super::view::diagnostic::print_each(team.warnings(), printer);
    super::view::diagnostic::print_each(&proof.warnings(), printer);
    super::view::diagnostic::print_each(&proof.notes(), printer);
    let broken = proof.diagnostics();
    if !broken.is_empty() {
        super::view::diagnostic::print(&broken, printer);
    }
    let unwaived = proof.findings.iter().any(|finding| finding.waiver.is_none());
    Ok(Exit::of(broken.is_empty() && !unwaived))
}

fn print_json(proof: &Proof, printer: &Printer) {
    for proved in &proof.proved {
        printer.output(&as_value(proved).to_string());
    }
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

fn print_text(proof: &Proof, all: bool, printer: &Printer) {
    let (mut group, mut purpose) = (None, None);
    let shown = proof
        .proved
        .iter()
        .filter(|proved| proved.hop.expectation == Expectation::Allowed || all);
    let shown: Vec<&Proved> = shown.collect();
    for alike in shown.chunk_by(|one, next| differ_in_action_only(one, next)) {
        let Some(proved) = alike.first() else { continue };
        if group != Some(&proved.hop.serves) {
            printer.output(&proved.hop.serves);
            group = Some(&proved.hop.serves);
            purpose = None;
        }
        if purpose != Some(&proved.hop.purpose) {
            printer.output(&format!("  {}", proved.hop.purpose));
            purpose = Some(&proved.hop.purpose);
        }
        printer.output(&format!("    {}", line(alike)));
    }
    for (finding, more) in each_once(&proof.findings) {
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
            location.map_or_else(String::new, |location| format!(", granted at {location}"))
        ));
    }
    let count = |expectation| {
        proof
            .proved
            .iter()
            .filter(|each| each.hop.expectation == expectation)
            .count()
    };
    let (allowed, denied) = (count(Expectation::Allowed), count(Expectation::Denied));
    let broken = proof.broken().count();
    let answer = match broken {
        0 => "each is answered as it must be".to_owned(),
        _ => format!("{broken} are answered wrongly"),
    };
    printer.error(&format!(
        "{allowed} requests must be allowed and {denied} denied: {answer}"
    ));
}

/// What one line of the program is the cause of, once, with how many more there are.
fn each_once(findings: &[Finding]) -> Vec<(&Finding, usize)> {
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
fn line(alike: &[&Proved]) -> String {
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
fn actions(alike: &[&Proved]) -> String {
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
        "declared": proved.location().map(ToString::to_string),
        "steps": steps,
    })
}
