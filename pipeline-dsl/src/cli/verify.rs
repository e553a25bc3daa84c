//! `verify`: the access proof.

use serde_json::{Value, json};

use super::Printer;
use super::arguments::Verify;
use super::exit::Exit;
use crate::policy::{ContextValue, Request};
use crate::proof::{Answer, Expectation, Finding, Proof, Proved, Step, Verdict, describe, prove};
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
            message,
            waiver,
        } = finding;
        let finding = json!({"policy": policy, "statement": statement, "finding": message, "waiver": waiver});
        printer.output(&finding.to_string());
    }
}

fn print_text(proof: &Proof, all: bool, printer: &Printer) {
    let (mut group, mut purpose) = (None, None);
    for proved in &proof.proved {
        if proved.hop.expectation == Expectation::Denied && !all {
            continue;
        }
        if group != Some(&proved.hop.serves) {
            printer.output(&proved.hop.serves);
            group = Some(&proved.hop.serves);
            purpose = None;
        }
        if purpose != Some(&proved.hop.purpose) {
            printer.output(&format!("  {}", proved.hop.purpose));
            purpose = Some(&proved.hop.purpose);
        }
        printer.output(&format!("    {}", line(proved)));
    }
    for finding in &proof.findings {
        let Finding {
            policy,
            statement,
            message,
            waiver,
        } = finding;
        let reason = waiver.as_ref().map_or_else(
            || "wider than it has to be".to_owned(),
            |reason| format!("waived, {reason}"),
        );
        printer.output(&format!(
            "{policy}, statement `{statement}`: {message} ({reason})"
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

/// Its name, the answer, who, what, on what, and which statements decided.
fn line(proved: &Proved) -> String {
    let Proved { hop, decision } = proved;
    let Request {
        requester,
        action,
        resource,
        ..
    } = &hop.request;
    let reasons: Vec<String> = decision.steps.iter().map(reason).collect();
    format!(
        "{:<6} {:<8} {}: {action} on {resource} [{}]",
        hop.id,
        word(decision.verdict),
        describe(requester),
        reasons.join("; ")
    )
}

fn reason(step: &Step) -> String {
    match (&step.statement, &step.policy) {
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
        "steps": steps,
    })
}
