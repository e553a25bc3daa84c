//! Services that are alike stand for each other in the proof: it finds what a proof of everybody finds.

use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::{Prover, prove};
use pipeline_dsl::synth::{Assembly, synth};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::properties::{plan, team};

/// How a statement is changed.
#[derive(Debug, Clone, Copy)]
enum Change {
    TakenOut,
    OfTheWholeService,
    OnEverything,
    WithoutConditions,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::TakenOut),
        Just(Change::OfTheWholeService),
        Just(Change::OnEverything),
        Just(Change::WithoutConditions),
    ]
}

/// Every list of statements in a template.
fn lists<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Vec<Value>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "Statement" && member.is_array() {
                    found.push(member.as_array_mut().unwrap());
                } else {
                    lists(member, found);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| lists(item, found)),
        _ => {}
    }
}

/// The assembly with one statement of one template changed.
fn changed(assembly: &Assembly, template: Index, statement: Index, change: Change) -> Assembly {
    let manifest = assembly.manifest();
    let digests: Vec<String> = assembly.templates().keys().map(ToString::to_string).collect();
    let digest = template.get(&digests).clone();
    let texts = assembly.templates();
    let text = texts.iter().find(|(key, _)| key.as_str() == digest).unwrap().1;
    let mut template: Value = serde_json::from_str(text).unwrap();
    let mut found = Vec::new();
    lists(&mut template, &mut found);
    let total: usize = found.iter().map(|statements| statements.len()).sum();
    if total > 0 {
        let mut position = statement.index(total);
        for statements in found {
            if position >= statements.len() {
                position -= statements.len();
                continue;
            }
            match change {
                Change::TakenOut => drop(statements.remove(position)),
                Change::OfTheWholeService => {
                    let action = statements[position]["Action"][0]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned();
                    let service = action.split(':').next().unwrap_or_default();
                    statements[position]["Action"] = json!([format!("{service}:*")]);
                }
                Change::OnEverything => {
                    if statements[position].get("Resource").is_some() {
                        statements[position]["Resource"] = json!(["*"]);
                    }
                }
                Change::WithoutConditions => {
                    statements[position].as_object_mut().unwrap().remove("Condition");
                }
            }
            break;
        }
    }
    let changed = template.to_string();
    let original = |wanted: &str| {
        texts
            .iter()
            .find(|(key, _)| key.as_str() == wanted)
            .unwrap()
            .1
            .to_string()
    };
    Assembly::from_manifest(&manifest, |wanted| {
        Ok(if wanted.as_str() == digest {
            changed.clone()
        } else {
            original(wanted.as_str())
        })
    })
    .unwrap()
}

/// What is wrong, as the proof of those who stand for all tells it, and as a proof of everybody does.
fn found(team: &Team, assembly: &Assembly) -> [(bool, bool); 2] {
    let some = prove(team, assembly).unwrap();
    let all = Prover::of_everybody(team, assembly).unwrap().prove().unwrap();
    assert!(some.allowed <= all.allowed && some.denied <= all.denied);
    [some, all].map(|proof| (proof.holds(), proof.findings.is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn those_who_stand_for_all_find_what_everybody_finds(
        plan in plan(),
        template in any::<Index>(),
        statement in any::<Index>(),
        change in change(),
    ) {
        let Ok(team) = team(&plan, false) else { return Ok(()) };
        let assembly = synth(&team).unwrap();
        let [some, all] = found(&team, &assembly);
        prop_assert!(some.0 && all.0);
        prop_assert_eq!(some, all);
        let changed = changed(&assembly, template, statement, change);
        let [some, all] = found(&team, &changed);
        prop_assert_eq!(some, all);
    }
}

fn fleet(services: usize) -> (Team, Assembly) {
    let team = crate::fleet::fleet(2, services).unwrap();
    let assembly = synth(&team).unwrap();
    (team, assembly)
}

#[test]
fn services_that_are_alike_are_proved_once() {
    let asked = |services| {
        let (team, assembly) = fleet(services);
        Prover::of(&team, &assembly).unwrap().hops().len()
    };
    assert_eq!(asked(4), asked(8));
}

/// A change in any one of them is noticed, also in one that others stood for.
#[test]
fn a_service_that_differs_is_proved_itself() {
    let (team, assembly) = fleet(5);
    for number in 0..5 {
        let service = format!("service-{number}");
        let stack = assembly
            .stacks()
            .iter()
            .find(|stack| stack.stack_name == format!("fleet-service-{service}"))
            .unwrap();
        let texts = assembly.templates();
        let changed = Assembly::from_manifest(&assembly.manifest(), |wanted| {
            let (_, text) = texts
                .iter()
                .find(|(key, _)| key.as_str() == wanted.as_str())
                .unwrap();
            let mut template: Value = serde_json::from_str(text).unwrap();
            if wanted.as_str() == stack.template.as_str() {
                let role = &mut template["Resources"]["TriggerRole"]["Properties"];
                role["Policies"][0]["PolicyDocument"]["Statement"] = json!([]);
            }
            Ok(template.to_string())
        });
        let changed = changed.unwrap();
        let proof = prove(&team, &changed).unwrap();
        let broken: Vec<String> = proof
            .broken
            .iter()
            .map(|proved| proved.hop.serves.to_string())
            .collect();
        assert_eq!(broken, [format!("rule fleet-{service}")]);
    }
}
