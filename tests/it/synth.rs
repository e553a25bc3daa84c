use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use pipeline_dsl::model::OrganizationPath;
use pipeline_dsl::synth::{Assembly, AssemblyStack, ParameterValue, synth};
use serde_json::Value;

use crate::sample;

fn team() -> Assembly {
    synth(&crate::team::team().unwrap()).unwrap()
}

fn fleet(developers: usize, services: usize) -> Assembly {
    synth(&crate::fleet::fleet(developers, services).unwrap()).unwrap()
}

fn read(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in [directory.to_owned(), directory.join("templates")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(directory).unwrap().display().to_string();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Every template of the example, by the first stack that has it.
#[test]
fn templates_of_the_team() {
    let assembly = team();
    let mut seen = BTreeSet::new();
    for stack in assembly.stacks() {
        if seen.insert(&stack.template) {
            let name = format!("{}-{}-{}", stack.stack_name, stack.account, stack.region);
            insta::assert_snapshot!(name, assembly.template(stack));
        }
    }
}

/// Nobody is locked into the macro.
#[test]
fn the_team_by_hand_is_the_same_team() {
    let (team, by_hand) = (team(), synth(&crate::team_by_hand::team().unwrap()).unwrap());
    assert_eq!(team.manifest(), by_hand.manifest());
    assert_eq!(team.templates(), by_hand.templates());
}

#[test]
fn the_manifest_of_the_team() {
    let assembly = team();
    // Digests change with every template, and the templates have snapshots of their own.
    let manifest = assembly
        .templates()
        .keys()
        .fold(assembly.manifest(), |text, digest| {
            text.replace(digest.as_str(), "<digest>")
        });
    insta::assert_snapshot!(manifest);
}

#[test]
fn nothing_is_exported_or_imported_by_name() {
    for assembly in [team(), fleet(2, 5)] {
        for template in assembly.templates().values() {
            assert!(!template.contains("Fn::ImportValue"));
            let template: Value = serde_json::from_str(template).unwrap();
            for output in template["Outputs"].as_object().into_iter().flatten() {
                assert_eq!(output.1.get("Export"), None);
            }
        }
    }
}

#[test]
fn the_same_program_writes_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    team().write(one.path()).unwrap();
    team().write(two.path()).unwrap();
    assert_eq!(read(one.path()), read(two.path()));
}

#[test]
fn writing_again_leaves_only_what_the_manifest_names() {
    let directory = tempfile::tempdir().unwrap();
    team().write(directory.path()).unwrap();
    // Its process was killed while it wrote a template.
    let template = team().stacks()[0].template.clone();
    let half = format!("templates/{template}.1.tmp");
    fs::write(directory.path().join(half), "{").unwrap();
    fleet(1, 1).write(directory.path()).unwrap();
    let fresh = tempfile::tempdir().unwrap();
    fleet(1, 1).write(fresh.path()).unwrap();
    assert_eq!(read(directory.path()), read(fresh.path()));
}

#[test]
fn what_cannot_be_written_is_named_and_the_old_assembly_stays() {
    let directory = tempfile::tempdir().unwrap();
    team().write(directory.path()).unwrap();
    let before = read(directory.path());
    // The manifest is written last: with a directory in its place, nothing of the old assembly is gone.
    let manifest = directory.path().join("manifest.json");
    let aside = directory.path().join("templates/kept.json");
    fs::rename(&manifest, &aside).unwrap();
    fs::create_dir(&manifest).unwrap();
    let error = fleet(1, 1).write(directory.path()).unwrap_err();
    assert!(error.to_string().contains("manifest.json"), "{error}");
    fs::remove_dir(&manifest).unwrap();
    fs::rename(&aside, &manifest).unwrap();
    for (name, content) in before {
        assert_eq!(fs::read(directory.path().join(&name)).unwrap(), content, "{name}");
    }
}

#[test]
fn each_stack_comes_after_those_that_it_needs() {
    for assembly in [team(), fleet(20, 3)] {
        let mut there = BTreeSet::new();
        for stack in assembly.stacks() {
            for needed in &stack.depends_on {
                assert!(there.contains(needed), "{} needs {needed}", stack.id);
            }
            for value in stack.parameters.values() {
                if let ParameterValue::Output { stack: provider, .. } = value {
                    assert!(stack.depends_on.contains(provider));
                }
            }
            there.insert(&stack.id);
        }
    }
}

#[test]
fn every_developer_has_the_same_templates() {
    let templates = |developers| {
        let assembly = fleet(developers, 5);
        let own = assembly.stacks().iter().filter(|stack| stack.developer.is_some());
        own.map(|stack| stack.template.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(templates(2), templates(200));
    assert_eq!(templates(2).len(), 6);
}

#[test]
fn nothing_of_the_build_account_needs_a_developer() {
    let assembly = fleet(3, 2);
    let own: BTreeSet<_> = assembly
        .stacks()
        .iter()
        .filter(|stack| stack.developer.is_some())
        .map(|stack| &stack.id)
        .collect();
    for stack in assembly.stacks().iter().filter(|stack| stack.developer.is_none()) {
        assert!(stack.depends_on.iter().all(|needed| !own.contains(needed)));
    }
}

/// The stacks that are new or changed in the second assembly.
fn changed(before: &Assembly, after: &Assembly) -> Vec<String> {
    let same = |one: &AssemblyStack, two: &AssemblyStack| {
        one.id == two.id && one.template == two.template && one.parameters == two.parameters
    };
    after
        .stacks()
        .iter()
        .filter(|stack| !before.stacks().iter().any(|other| same(stack, other)))
        .map(|stack| stack.id.to_string())
        .collect()
}

#[test]
fn a_further_developer_changes_at_most_one_other_stack() {
    let own = [
        "500000000002/us-east-1/acme-developer",
        "500000000002/us-east-1/acme-developer-service-orders",
    ];
    let team = |developers: usize, organization: bool| {
        let world = sample::world().developers((0..developers).map(sample::developer));
        let world = if organization {
            world.organization(OrganizationPath::new("o-abcdefghij/r-h123/"))
        } else {
            world
        };
        synth(&world.with(sample::pipeline()).build().unwrap()).unwrap()
    };
    // The build stack remembers where there are stacks, and without an organization whom it lets in.
    let with_build = ["111111111111/us-east-1/acme-build", own[0], own[1]];
    assert_eq!(changed(&team(2, true), &team(3, true)), with_build);
    assert_eq!(changed(&team(2, false), &team(3, false)), with_build);
}

#[test]
fn holds_and_forks_are_parameters() {
    let assembly = team();
    let parameters = |id: &str| {
        let stack = assembly
            .stacks()
            .iter()
            .find(|stack| stack.id.as_str() == id)
            .unwrap();
        stack.parameters.clone()
    };
    let value = |text: &str| Some(ParameterValue::Value(text.to_owned()));
    // Alice's fork is her own; bob holds; carol follows everything.
    let alice = parameters("555555555555/us-east-1/acme-developer");
    assert_eq!(
        alice.get("HeldKeys").cloned(),
        value("orders/handler.zip,orders/orders.zip")
    );
    let fork = parameters("555555555555/us-east-1/acme-developer-service-orders");
    assert_eq!(fork.get("ForkRepository").cloned(), value("alice/orders"));
    let bob = parameters("666666666666/eu-west-1/acme-developer");
    assert_eq!(bob.get("HeldKeys").cloned(), value("billing/billing.zip"));
    assert_eq!(
        parameters("777777777777/us-east-1/acme-developer").get("HeldKeys"),
        None
    );
}

#[test]
fn no_statement_allows_everything() {
    for template in team().templates().values() {
        let template: Value = serde_json::from_str(template).unwrap();
        check_statements(&template, "");
    }
}

/// `*` and `service:*` are allowed to nobody, but to a key's own account on the key.
fn check_statements(value: &Value, path: &str) {
    match value {
        Value::Object(map) => {
            if map.get("Effect") == Some(&Value::from("Allow")) && map["Sid"] != "AccountAdministers" {
                for action in map["Action"].as_array().unwrap() {
                    let action = action.as_str().unwrap();
                    assert!(!action.ends_with(":*") && action != "*", "{action} in {path}");
                    if action == "iam:PassRole" || action == "sts:AssumeRole" {
                        let resources = map.get("Resource").map(Value::to_string).unwrap_or_default();
                        assert!(!resources.contains("\"*\""), "{action} on {resources} in {path}");
                    }
                }
            }
            for (name, inner) in map {
                check_statements(inner, &format!("{path}/{name}"));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check_statements(item, path)),
        _ => {}
    }
}

/// Naming a role that another stack creates would make the order of creation matter.
#[test]
fn resource_policies_name_accounts_and_services_only() {
    for template in team().templates().values() {
        let template: Value = serde_json::from_str(template).unwrap();
        for (id, resource) in template["Resources"].as_object().unwrap() {
            let properties = &resource["Properties"];
            let policies =
                ["PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument"].map(|name| &properties[name]);
            for statement in policies
                .iter()
                .flat_map(|policy| policy["Statement"].as_array())
                .flatten()
            {
                let principals = statement["Principal"]["AWS"].as_array();
                for principal in principals.into_iter().flatten() {
                    let text = principal.as_str().or(principal["Fn::Sub"].as_str()).unwrap();
                    assert!(text.ends_with(":root"), "{id}: {text}");
                }
            }
        }
    }
}

#[test]
fn what_was_written_is_read_back() {
    let directory = tempfile::tempdir().unwrap();
    let written = team();
    written.write(directory.path()).unwrap();
    let read = Assembly::read(directory.path()).unwrap();
    assert_eq!(read.manifest(), written.manifest());
    assert_eq!(read.templates(), written.templates());

    let manifest = written.manifest();
    for (broken, said) in [
        ("{".to_owned(), "`manifest.json` is not JSON"),
        (
            manifest.replace("\"version\": 1", "\"version\": 2"),
            "is of version 2",
        ),
        (
            manifest.replace("\"stackName\"", "\"name\""),
            "has no valid `stackName`",
        ),
        (
            manifest.replace("us-east-1\",\n   \"service", "mars-1\",\n   \"service"),
            "has no valid `region`",
        ),
    ] {
        let error = Assembly::from_manifest(&broken, |_| Ok(String::new())).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}
