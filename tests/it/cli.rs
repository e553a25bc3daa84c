//! The command line, in process.

use std::path::Path;

use pipeline_dsl::cli::{Printer, run};
use pipeline_dsl::prelude::*;

use crate::sample;

/// Exit code, standard output and standard error.
pub fn program(out: &Path, arguments: &[&str], team: fn() -> Result<Team>) -> (u8, String, String) {
    let out = out.display().to_string();
    let mut all = vec!["team"];
    all.extend(arguments);
    all.extend(["--out", &out]);
    let mut printer = Printer::in_memory();
    let code = run(all, team, &mut printer);
    let printed = printer.printed();
    (code, printed.output, printed.error.replace(&out, "OUT"))
}

pub fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn without_arguments_it_deploys_to_the_local_cloud() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &[], crate::team::team);
    assert_eq!((code, output.as_str()), (0, ""), "{error}");
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(
        lines.first(),
        Some(&"synthesized 29 stacks from 21 templates into OUT/")
    );
    assert_eq!(
        lines.last(),
        Some(&"deployed 29 stacks to the local cloud: 29 created")
    );
    assert_eq!(lines.len(), 31, "a line for each stack: {error}");
    assert!(out.path().join("manifest.json").exists());

    let (code, _, error) = program(out.path(), &[], crate::team::team);
    assert_eq!(code, 0);
    let expected = "nothing to do: all 29 stacks in the local cloud are as the program says";
    assert_eq!(error.lines().last(), Some(expected));
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[test]
fn list_shows_the_stacks_in_order() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["list"], crate::team::team);
    assert_eq!((code, error.as_str()), (0, ""));
    insta::assert_snapshot!(output);
    let (_, output, _) = program(out.path(), &["list", "--json"], crate::team::team);
    let listed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(listed["stacks"].as_array().unwrap().len(), 29);
}

#[test]
fn json_is_a_line_for_each_event() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["deploy", "--local", "--json"], crate::team::team);
    assert_eq!((code, error.as_str()), (0, ""));
    let events: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events[0], serde_json::json!({"event": "planned", "stacks": 29}));
    let finished = events.iter().filter(|event| event["event"] == "finished").count();
    assert_eq!(finished, 29);
    assert_eq!(events.last().unwrap()["created"], 29);
}

#[test]
fn mistakes_are_shown_at_the_users_own_lines() {
    let wrong = || {
        let empty = Wave::named(sample::name("empty")).to_all::<Standard>([]);
        sample::world()
            .wave(empty)
            .service(sample::orders())
            .with(sample::pipeline())
            .build()
    };
    let out = temporary();
    let (code, output, error) = program(out.path(), &["synth"], wrong);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(
        error.contains("error[team::empty-wave]: wave `empty` has no environment"),
        "{error}"
    );
    assert!(error.contains("tests/it/cli.rs"), "{error}");
    assert!(
        error.contains("let empty = Wave::named(sample::name(\"empty\"))"),
        "{error}"
    );
    assert!(error.contains("error[team::duplicate-service]"), "{error}");
    assert!(error.ends_with("error: the team has 2 mistakes\n"), "{error}");
    assert!(
        !out.path().join("manifest.json").exists(),
        "a wrong team writes nothing"
    );
}

fn allowing(permissions: Permissions) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(permissions)
        .release(sample::wave());
    sample::world().with(pipeline).build()
}

/// The wrong one of several actions is underlined, not the call.
#[test]
fn a_misspelt_action_is_underlined() {
    let wrong = || {
        allowing(Permissions::new().allow(
            ["dynamodb:DescribeTable", "dynamodb:CreateTabel"],
            ["arn:aws:dynamodb:*:*:table/orders"],
        ))
    };
    let out = temporary();
    let (code, _, error) = program(out.path(), &["synth"], wrong);
    assert_eq!(code, 1);
    let mut lines = error
        .lines()
        .skip_while(|line| !line.contains("\"dynamodb:CreateTabel\"],"));
    let written = lines.next().unwrap();
    let below = lines.next().unwrap();
    assert_eq!(written.find("\"dynamodb:CreateTabel"), below.find('^'), "{error}");
    let underlined = below.matches('^').count();
    assert_eq!(underlined, "\"dynamodb:CreateTabel\"".len(), "{error}");
    assert!(below.ends_with("did you mean `dynamodb:CreateTable`?"), "{error}");
}

/// What may be newer than the table is said, and stops nothing.
#[test]
fn an_action_that_nobody_knows_is_a_warning() {
    let newer = || {
        allowing(Permissions::new().allow(
            ["dynamodb:FoldTableInTime"],
            ["arn:aws:dynamodb:*:*:table/orders"],
        ))
    };
    for command in ["synth", "verify"] {
        let out = temporary();
        let (code, _, error) = program(out.path(), &[command], newer);
        assert_eq!(code, 0, "{error}");
        let warning = "warning[team::action-not-known]: no action `dynamodb:FoldTableInTime` is known";
        assert!(error.contains(warning), "{error}");
    }
}

#[test]
fn usage_is_explained() {
    let out = temporary();
    for (arguments, code) in [
        (&["--help"][..], 0),
        (&["deploy", "--help"], 0),
        (&["nonsense"], 64),
        (&["plan", "--nonsense"], 64),
    ] {
        let (found, output, error) = program(out.path(), arguments, crate::team::team);
        assert_eq!(found, code);
        assert_eq!(output.contains("Usage: team"), code == 0, "{output}");
        assert_eq!(error.contains("nonsense"), code == 64, "{error}");
    }
    let both = ["deploy", "--role", "a", "--profile", "b"];
    assert_eq!(program(out.path(), &both, crate::team::team).0, 64);
}

#[test]
fn what_cannot_be_written_is_said() {
    let out = temporary();
    let file = out.path().join("file");
    std::fs::write(&file, "").unwrap();
    let (code, _, error) = program(&file.join("below"), &["synth"], crate::team::team);
    assert_eq!(code, 1);
    assert!(
        error.starts_with("error: could not write `OUT`: Not a directory") && error.contains("make room"),
        "{error}"
    );
}

#[test]
fn a_state_that_is_no_state_is_said_and_kept() {
    let out = temporary();
    let stacks = out.path().join("local/stacks");
    std::fs::create_dir_all(&stacks).unwrap();
    std::fs::write(stacks.join("broken.json"), "{").unwrap();
    let (code, _, error) = program(out.path(), &[], crate::team::team);
    assert_eq!(code, 1);
    assert!(
        error.contains("broken.json` is not of the local cloud"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(stacks.join("broken.json")).unwrap(), "{");
}

/// What somebody needs who uploads by hand or from elsewhere, and the template that a stack has.
#[test]
fn list_shows_artifacts_and_templates() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["list", "--artifacts"], crate::builds_example::team);
    assert_eq!(code, 0, "{error}");
    insta::assert_snapshot!(output);
    let (_, output, _) = program(
        out.path(),
        &["list", "--artifacts", "--json"],
        crate::builds_example::team,
    );
    let listed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(listed["artifacts"].as_array().unwrap().len(), 4);
    // A name that all its stacks have one template by.
    for name in [
        "acme-build",
        "acme-developer",
        "111111111111/us-east-1/acme-build",
    ] {
        let (code, output, error) = program(out.path(), &["list", "--template", name], crate::team::team);
        assert_eq!(code, 0, "{error}");
        let template: serde_json::Value = serde_json::from_str(&output).unwrap();
        assert!(template["Resources"].is_object());
    }
    let (code, _, error) = program(out.path(), &["list", "--template", "nothing"], crate::team::team);
    assert_eq!(code, 1);
    assert!(error.contains("there is no stack `nothing`"), "{error}");
    let region = ["list", "--template", "acme-target-orders"];
    let (code, _, error) = program(out.path(), &region, crate::team::team);
    assert_eq!(code, 1);
    assert!(
        error.contains("say which, such as `222222222222/us-east-1/acme-target-orders"),
        "{error}"
    );
}

#[test]
fn verify_shows_every_request() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["verify"], crate::team::team);
    assert_eq!(code, 0, "{error}");
    // What asks, and for how much, in a few lines.
    assert!(
        output.contains("  pipeline acme-billing and 8 more\n"),
        "{output}"
    );
    assert!(output.lines().count() < 15, "{output}");
    assert!(
        error.ends_with("denied: each is answered as it must be\n"),
        "{error}"
    );
    let (code, output, error) = program(out.path(), &["verify", "--requests"], crate::team::team);
    assert_eq!(code, 0, "{error}");
    assert!(output.contains("pipeline acme-orders\n"), "{output}");
    assert!(output.contains(
        "sts:AssumeRole on arn:aws:iam::222222222222:role/acme/delivery/action/acme-orders-action-us-east-1"
    ));
    assert!(
        error.ends_with("denied: each is answered as it must be\n"),
        "{error}"
    );

    let (code, output, _) = program(out.path(), &["verify", "--json"], crate::team::team);
    assert_eq!(code, 0);
    let requests: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        requests
            .iter()
            .all(|request| request["expected"] == request["verdict"])
    );

    let (code, output, _) = program(out.path(), &["verify", "--explain", "a1"], crate::team::team);
    assert_eq!(code, 0);
    assert!(
        output.contains("allows    trust policy `ServiceAssumes` of `BuildRole`"),
        "{output}"
    );
    let (code, _, error) = program(out.path(), &["verify", "--explain", "x1"], crate::team::team);
    assert_eq!(code, 1);
    assert!(error.contains("there is no request `x1`"), "{error}");
    // Nothing is written.
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
}

#[test]
fn verify_says_what_is_wider_than_it_has_to_be() {
    let wide = || {
        let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
        let pipeline = pipeline
            .stack(Stack::named("orders").template(bundle.file("template.yaml")))
            .permissions(Permissions::new().allow(["sns:CreateTopic"], ["*"]))
            .release(sample::wave());
        sample::world().with(pipeline).build()
    };
    let out = temporary();
    let (code, output, error) = program(out.path(), &["verify"], wide);
    assert_eq!(code, 1);
    assert!(
        error.contains("error: 1 statement is wider than needed\n"),
        "{error}"
    );
    assert!(
        output.contains(
            "statement `Declared0`: `*` is every resource: name the ones it is for (wider than it has to be), \
             granted at tests/it/cli.rs:"
        ),
        "{output}"
    );
}

/// What the team cannot see to is said at the grant, and stops nothing.
#[test]
fn what_is_elsewhere_is_a_note_and_no_error() {
    let reads = || {
        let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
        let pipeline = pipeline
            .stack(Stack::named("orders").template(bundle.file("template.yaml")))
            .permissions(
                Permissions::new().allow(["sts:AssumeRole"], ["arn:aws:iam::888888888888:role/dns-writer"]),
            )
            .release(sample::wave());
        sample::world().with(pipeline).build()
    };
    let out = temporary();
    let (code, output, error) = program(out.path(), &["verify", "--requests"], reads);
    assert_eq!(code, 0, "{error}");
    assert!(output.contains("the trust policy is not the team's"), "{output}");
    assert!(
        error.contains(
            "note[proof::not-ours]: `sts:AssumeRole` on `arn:aws:iam::888888888888:role/dns-writer`"
        ),
        "{error}"
    );
    // The user's own line, underlined.
    assert!(error.contains("tests/it/cli.rs:"), "{error}");
    let (code, output, _) = program(out.path(), &["verify", "--json"], reads);
    assert_eq!(code, 0);
    let assumed = output
        .lines()
        .filter(|line| line.contains("\"answer\":\"assumed\""));
    let assumed: Vec<serde_json::Value> = assumed.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(assumed.len(), 1, "{output}");
    let declared = assumed.first().and_then(|request| request["declared"].as_str());
    assert!(
        declared.is_some_and(|place| place.starts_with("tests/it/cli.rs:")),
        "{declared:?}"
    );
    let (code, _, error) = program(out.path(), &["synth"], reads);
    assert_eq!(code, 0, "{error}");
    assert!(error.contains("note[proof::not-ours]"), "{error}");
}

/// A deployment that may write into every bucket could replace the templates of the team.
#[test]
fn nothing_is_written_whose_permissions_do_not_hold() {
    let wrong = || {
        let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
        let pipeline = pipeline
            .stack(Stack::named("orders").template(bundle.file("template.yaml")))
            .permissions(Permissions::new().allow_broadly(["s3:*"], ["*"], "buckets for everything"))
            .release(sample::wave());
        sample::world()
            .developer(sample::developer(1))
            .with(pipeline)
            .build()
    };
    let out = temporary();
    for arguments in [&["synth"] as &[&str], &[], &["deploy", "--local"]] {
        let (code, output, error) = program(out.path(), arguments, wrong);
        assert_eq!((code, output.as_str()), (1, ""), "{error}");
        assert!(
            error.contains("error[proof::allowed]: role `acme-orders-deployment-us-east-1`"),
            "{error}"
        );
        assert!(error.contains("statement `Waived0`"), "{error}");
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
    }
}

#[test]
fn check_says_what_was_looked_at_and_exits_as_it_should() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["check", "--local"], crate::team::team);
    assert_eq!(code, 1, "{output}");
    assert!(
        error.starts_with("error: 111111111111/ap-southeast-1/acme-region and 28 more: "),
        "{error}"
    );
    assert_eq!(error.matches("the stack is not deployed").count(), 1, "{error}");
    program(out.path(), &[], crate::team::team);
    let (code, output, error) = program(out.path(), &["check", "--local"], crate::team::team);
    assert_eq!(code, 0, "{error}");
    assert!(
        output.ends_with(" requests, a probe to 3 developers: all as the program says\n"),
        "{output}"
    );
    let (code, output, _) = program(out.path(), &["check", "--local", "--json"], crate::team::team);
    let lines: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() > 50, "each step is told");
    assert!(lines.iter().all(|line| line["check"] == "passed"));
    let summary = lines.last().unwrap();
    assert_eq!((code, &summary["check"]), (0, &serde_json::json!("passed")));
    let (code, output, error) = program(out.path(), &["check", "--local", "--before"], crate::team::team);
    assert_eq!(code, 0, "{error}");
    assert!(
        output.starts_with("111111111111/ap-southeast-1  arn:aws:"),
        "{output}"
    );
    assert!(
        error.starts_with("nothing of this stands in the way of `deploy`"),
        "{error}"
    );
}

#[test]
fn plan_says_what_deploy_does_and_exits_with_two() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["plan", "--local"], crate::team::team);
    assert_eq!(code, 2, "{error}");
    assert!(
        output.starts_with("changes of who may do what:\n  111111111111/us-east-1/acme-build\n"),
        "{output}"
    );
    assert!(
        output.contains("222222222222/us-east-1/acme-deployers and 5 more like it"),
        "{output}"
    );
    assert_eq!(error, "plan for the local cloud: 29 to create\n");
    assert!(
        !out.path().join("manifest.json").exists(),
        "a plan writes nothing"
    );

    program(out.path(), &[], crate::team::team);
    let (code, output, error) = program(out.path(), &["plan", "--local"], crate::team::team);
    assert_eq!((code, output.as_str()), (0, ""));
    assert_eq!(
        error,
        "nothing to do: all 29 stacks in the local cloud are as the program says\n"
    );
}

fn with_developers(developers: usize) -> Result<Team> {
    let world = sample::world().developers((0..developers).map(sample::developer));
    world.with(sample::pipeline()).build()
}

fn two() -> Result<Team> {
    with_developers(2)
}

fn three() -> Result<Team> {
    with_developers(3)
}

#[test]
fn who_left_is_named_until_pruned() {
    let out = temporary();
    assert_eq!(program(out.path(), &["deploy", "--local"], three).0, 0);
    let (code, output, error) = program(out.path(), &["plan", "--local"], two);
    assert_eq!(code, 2);
    // The id of a key is made up.
    let keys = |line: &&str| !line.contains("(AWS::KMS::Key) stays");
    let told: Vec<&str> = output.lines().filter(keys).collect();
    insta::assert_snapshot!(format!("{}\n{error}", told.join("\n")));
    let (_, output, _) = program(out.path(), &["plan", "--local", "--json"], two);
    let plan: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(plan["orphans"].as_array().unwrap().len(), 2, "{output}");
    let build = &plan["stacks"][0];
    assert_eq!(build["action"], "update");
    assert!(
        build["changes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|change| change["security"] == true)
    );

    // What destroys asks, whatever else may be asked.
    for arguments in [
        &["deploy", "--local", "--prune"][..],
        &["deploy", "--local", "--prune", "--require-approval"],
    ] {
        let (code, _, error) = program(out.path(), arguments, two);
        assert_eq!(code, 1);
        assert_eq!(
            error,
            "destroys 500000000002/us-east-1/acme-developer-service-orders\ndestroys 500000000002/us-east-1/acme-developer\n\
             error: the stacks above are to be destroyed, and nobody can be asked here\n  help: look at what is listed, then deploy \
             with `--prune --yes`\n"
        );
        assert_eq!(program(out.path(), &["plan", "--local"], two).0, 2);
    }
    let prune = ["deploy", "--local", "--prune", "--yes"];
    let (code, _, error) = program(out.path(), &prune, two);
    assert_eq!(code, 0, "{error}");
    assert!(
        error.contains("pruned 2 stacks in the local cloud: 2 deleted\n"),
        "{error}"
    );
    assert!(
        error.contains("deployed 7 stacks to the local cloud: 1 updated, 6 unchanged"),
        "{error}"
    );
    assert_eq!(program(out.path(), &["plan", "--local"], two).0, 0);
}

#[test]
fn what_decides_who_may_do_what_is_asked_about() {
    let out = temporary();
    let approve = ["deploy", "--local", "--require-approval"];
    let (code, _, error) = program(out.path(), &approve, two);
    assert_eq!(code, 1);
    assert!(error.contains("changes of who may do what:"), "{error}");
    assert!(error.contains("deploy with `--yes`"), "{error}");
    let yes = ["deploy", "--local", "--require-approval", "--yes"];
    assert_eq!(program(out.path(), &yes, two).0, 0);
    // Nothing to ask about.
    assert_eq!(program(out.path(), &approve, two).0, 0);
}

#[test]
fn destroy_asks_and_goes_in_reverse() {
    let out = temporary();
    program(out.path(), &["deploy", "--local"], two);
    let (code, _, error) = program(out.path(), &["destroy", "--local"], two);
    assert_eq!(code, 1);
    assert!(
        error.ends_with("help: look at what is listed, then destroy with `--yes`\n"),
        "{error}"
    );
    let last = error.lines().rfind(|line| line.starts_with("destroys "));
    assert_eq!(last, Some("destroys 111111111111/us-east-1/acme-build"));
    let (code, output, error) = program(out.path(), &["destroy", "--local", "--yes", "--json"], two);
    assert_eq!((code, error.as_str()), (0, ""));
    let summary: serde_json::Value = serde_json::from_str(output.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&summary["work"], &summary["deleted"]),
        (&"destroy".into(), &7.into())
    );
    let (code, _, error) = program(out.path(), &["destroy", "--local", "--yes"], two);
    assert_eq!(code, 0);
    assert_eq!(error, "nothing to do: none of 7 stacks is in the local cloud\n");
}

#[test]
fn a_choice_that_means_nothing_is_said() {
    let out = temporary();
    let (code, _, error) = program(out.path(), &["deploy", "--local", "--only", "oders"], two);
    assert_eq!(code, 1);
    assert_eq!(
        error,
        "error: there is no stack, developer or service `oders`; did you mean `orders`?\n"
    );
    let (code, _, error) = program(out.path(), &["deploy", "--role", "12=x"], two);
    assert_eq!(code, 64);
    assert!(error.contains("12"), "{error}");
}

#[test]
fn graph_draws_into_a_file_or_to_the_terminal() {
    let out = temporary();
    let (code, output, error) = program(out.path(), &["graph"], crate::team::team);
    assert_eq!(
        (code, output.as_str(), error.as_str()),
        (0, "", "drawn into OUT/index.html\n")
    );
    assert!(
        std::fs::read_to_string(out.path().join("index.html"))
            .unwrap()
            .starts_with("<!doctype html>")
    );
    let (code, output, error) = program(out.path(), &["graph", "--format", "dot"], crate::team::team);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(output.starts_with("digraph \"acme\" {"), "{output}");
}

#[test]
fn status_tells_what_is_not_deployed_from_what_is_well() {
    let out = temporary();
    let status = |arguments: &[&str]| {
        let all: Vec<&str> = ["status", "--local"].iter().chain(arguments).copied().collect();
        program(out.path(), &all, two)
    };
    let (code, _, error) = status(&[]);
    assert_eq!(code, 4, "{error}");
    assert!(error.contains("the team is not deployed"), "{error}");
    assert!(!error.contains("everybody has"), "{error}");
    assert_eq!(program(out.path(), &["deploy", "--local"], two).0, 0);
    let (code, _, error) = status(&[]);
    assert_eq!((code, error.as_str()), (0, "everybody has what they should\n"));
    // A developer who is not there yet.
    let (code, output, _) = program(out.path(), &["status", "--local", "--json"], three);
    assert_eq!(code, 4);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&told["deployed"], &told["answered"], &told["current"]),
        (&false.into(), &true.into(), &false.into())
    );
    // What cannot be read is neither.
    std::fs::remove_dir_all(out.path().join("local")).unwrap();
    std::fs::write(out.path().join("local"), "").unwrap();
    let (code, _, error) = status(&[]);
    assert_eq!(code, 1, "{error}");
    assert!(error.starts_with("error: "), "{error}");
}

#[test]
fn a_directory_of_somebody_else_is_left_alone() {
    let out = temporary();
    let theirs = out.path().join("templates/base.html");
    std::fs::create_dir(out.path().join("templates")).unwrap();
    std::fs::write(&theirs, "theirs").unwrap();
    std::fs::write(out.path().join("manifest.json"), "{\"name\": \"a web app\"}").unwrap();
    for arguments in [
        &["synth"][..],
        &["graph"],
        &["deploy", "--local"],
        &["status", "--local"],
        &[],
    ] {
        let (code, _, error) = program(out.path(), arguments, two);
        assert_eq!(code, 1);
        assert_eq!(
            error,
            "error: `OUT` holds `manifest.json`, `templates`, which this program has not made: nothing is written there; name another \
             directory (`--out`)\n",
            "{arguments:?}"
        );
    }
    assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "theirs");
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 2);
}

#[test]
fn only_what_was_written_before_is_deleted() {
    let out = temporary();
    let templates = || std::fs::read_dir(out.path().join("templates")).unwrap().count();
    assert_eq!(program(out.path(), &["synth"], three).0, 0);
    let before = templates();
    std::fs::write(out.path().join("templates/theirs.html"), "theirs").unwrap();
    std::fs::write(out.path().join("notes.txt"), "theirs").unwrap();
    // A program with other templates: none of the first's stays.
    assert_eq!(program(out.path(), &["synth"], crate::team::team).0, 0);
    assert_ne!(templates(), before + 1);
    assert_eq!(program(out.path(), &["synth"], three).0, 0);
    assert_eq!(templates(), before + 1, "what is theirs stays, and nothing else");
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let (out, elsewhere) = (temporary(), temporary());
    assert_eq!(program(out.path(), &["synth"], two).0, 0);
    for name in ["templates", "manifest.json"] {
        let path = out.path().join(name);
        std::fs::rename(&path, elsewhere.path().join(name)).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join(name), &path).unwrap();
        let (code, _, error) = program(out.path(), &["synth"], crate::team::team);
        assert_eq!(code, 1);
        assert!(error.contains(&format!("`OUT/{name}` is a link")), "{error}");
        std::fs::remove_file(&path).unwrap();
        std::fs::rename(elsewhere.path().join(name), &path).unwrap();
    }
}

#[test]
fn what_has_not_changed_is_not_proved_again() {
    let said = "; their access was proved before, and nothing has changed";
    let out = temporary();
    let synth = |team: fn() -> Result<Team>| {
        let (code, _, error) = program(out.path(), &["synth"], team);
        assert_eq!(code, 0, "{error}");
        error.contains(said)
    };
    assert!(!synth(two));
    assert!(synth(two));
    assert!(!synth(three), "it has another stack");
    assert!(synth(three));
    assert!(!synth(two), "what was proved last is remembered");

    // Declared, and in no template that differs.
    let broad: fn() -> Result<Team> =
        || allowing(Permissions::new().allow_broadly(["dynamodb:DescribeTable"], ["*"], "it looks"));
    let narrow: fn() -> Result<Team> =
        || allowing(Permissions::new().allow_broadly(["dynamodb:DescribeTable"], ["*"], "it must"));
    assert!(!synth(broad));
    assert!(!synth(narrow));

    // Of another program, or of another version of this one.
    std::fs::write(out.path().join("proved"), "0".repeat(64)).unwrap();
    assert!(!synth(narrow));
}

#[test]
fn a_proof_that_has_something_to_tell_tells_it_each_time() {
    let elsewhere: fn() -> Result<Team> = || {
        allowing(Permissions::new().allow(["sts:AssumeRole"], ["arn:aws:iam::888888888888:role/dns-writer"]))
    };
    let out = temporary();
    for _ in 0..2 {
        let (code, _, error) = program(out.path(), &["synth"], elsewhere);
        assert_eq!(code, 0, "{error}");
        assert!(error.contains("note[proof::not-ours]"), "{error}");
        assert!(!error.contains("proved before"), "{error}");
    }
}

#[test]
fn several_may_write_one_assembly() {
    let out = temporary();
    std::thread::scope(|scope| {
        let out = &out;
        for team in [two, three, two, three, two, three] {
            scope.spawn(move || {
                for _ in 0..5 {
                    let (code, _, error) = program(out.path(), &["synth"], team);
                    assert_eq!(code, 0, "{error}");
                }
            });
        }
    });
    let written = pipeline_dsl::synth::Assembly::read(out.path()).unwrap();
    let templates = std::fs::read_dir(out.path().join("templates")).unwrap().count();
    assert_eq!(templates, written.templates().len(), "no more and no less");
}
