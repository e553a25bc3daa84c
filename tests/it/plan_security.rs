//! What `plan` says decides who may do what, and asks about: what is only written otherwise is none of it.

use pipeline_dsl::model::Provider;
use pipeline_dsl::prelude::*;
use serde_json::Value;

use crate::cli::{program, temporary};
use crate::sample;

type Program = fn() -> Result<Team>;

/// The plan of the second program where the first is deployed: what is printed, the same for machines, and what the shell reads.
struct Told {
    output: String,
    json: Value,
    variables: String,
}

fn planned(before: Program, after: Program) -> Told {
    let out = temporary();
    let (code, _, error) = program(out.path(), &["deploy", "--local"], before);
    assert_eq!(code, 0, "{error}");
    let file = out.path().join("plan.env");
    let path = file.display().to_string();
    let arguments = ["plan", "--local", "--variables", &path];
    let (code, output, error) = program(out.path(), &arguments, after);
    assert_eq!(code, 2, "{error}");
    let (_, json, _) = program(out.path(), &["plan", "--local", "--json"], after);
    Told {
        output,
        json: serde_json::from_str(&json).unwrap(),
        variables: std::fs::read_to_string(&file).unwrap(),
    }
}

impl Told {
    /// The changes of all stacks.
    fn changes(&self) -> impl Iterator<Item = &Value> {
        let stacks = self.json["stacks"].as_array().unwrap().iter();
        stacks.flat_map(|stack| stack["changes"].as_array().unwrap())
    }

    #[track_caller]
    fn is_asked_about(&self, expected: bool) {
        let variable = if expected { "yes" } else { "no" };
        assert_eq!(self.variables, format!("SECURITY_CHANGES={variable}\n"));
        let heading = self.output.contains("changes of who may do what:");
        assert_eq!(heading, expected, "{}", self.output);
        let security = self.changes().any(|change| change["security"] == true);
        assert_eq!(security, expected);
    }
}

fn granting(permissions: Permissions) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(permissions)
        .release(sample::wave());
    sample::world()
        .developers((0..2).map(sample::developer))
        .with(pipeline)
        .build()
}

const TOPICS: &str = "arn:aws:sns:*:*:orders";

fn together() -> Result<Team> {
    granting(Permissions::new().allow(["sns:CreateTopic", "sns:DeleteTopic"], [TOPICS]))
}

#[test]
fn the_same_permissions_written_otherwise_are_not_asked_about() {
    fn reversed() -> Result<Team> {
        granting(Permissions::new().allow(["sns:DeleteTopic", "sns:CreateTopic"], [TOPICS]))
    }
    fn apart() -> Result<Team> {
        let each = Permissions::new().allow(["sns:DeleteTopic"], [TOPICS]);
        granting(each.allow(["sns:CreateTopic"], [TOPICS]))
    }
    for after in [reversed, apart] {
        let told = planned(together, after);
        told.is_asked_about(false);
        let words = "    ~ DeploymentRole (AWS::IAM::Role): Policies\n        the same permissions, written otherwise\n";
        assert!(told.output.contains(words), "{}", told.output);
        assert!(told.changes().all(|change| change["samePermissions"] == true));
    }
}

#[test]
fn one_permission_more_is_asked_about() {
    fn more() -> Result<Team> {
        let each = Permissions::new().allow(["sns:TagResource", "sns:DeleteTopic"], [TOPICS]);
        granting(each.allow(["sns:CreateTopic"], [TOPICS]))
    }
    planned(together, more).is_asked_about(true);
}

/// How the wave of the last environment asks.
#[derive(Clone, Copy)]
enum Asks {
    Nobody,
    For(ApprovalTimeout),
}

/// Two environments, each with its wave; the last wave asks or does not.
fn asking(wave: &str, asks: Asks) -> Result<Team> {
    let named = Wave::named(sample::name(wave));
    let live = [("prod", Region::UsWest2), ("apac", Region::ApSoutheast1)];
    let live = live.map(|(name, region)| {
        let account = sample::account("444444444444");
        Environment::standard(sample::name(name), account, region)
    });
    let release = match asks {
        Asks::Nobody => named.to_all(live).any(),
        Asks::For(timeout) => named.after_approval().within(timeout).to_all(live).any(),
    };
    let pipeline = sample::pipeline_of(sample::orders())
        .release(sample::wave())
        .release(release.clone());
    let mut world = sample::world().wave(release);
    for environment in live {
        world = world.environment(environment);
    }
    world.with(pipeline).build()
}

const THREE_DAYS: Asks = Asks::For(ApprovalTimeout::days(3));

fn asked() -> Result<Team> {
    asking("release", THREE_DAYS)
}

fn unasked() -> Result<Team> {
    asking("release", Asks::Nobody)
}

/// What the plan says of the pipeline under the heading.
fn of_pipeline(told: &Told) -> Vec<&str> {
    let lines = told.output.lines().take_while(|line| !line.is_empty());
    let mut lines =
        lines.skip_while(|line| !line.contains("~ Pipeline (AWS::CodePipeline::Pipeline): Stages"));
    lines.next().expect("the pipeline is told under the heading");
    let lines = lines.take_while(|line| line.starts_with("        "));
    lines.map(str::trim_start).collect()
}

#[test]
fn an_approval_does_not_go_without_a_word() {
    let gone = planned(asked, unasked);
    gone.is_asked_about(true);
    let told = ["- stage release: nobody is asked before prod, apac any more"];
    assert_eq!(of_pipeline(&gone), told);
    let guards = gone
        .changes()
        .flat_map(|change| change["guards"].as_array().unwrap());
    let guards: Vec<&Value> = guards.collect();
    let expected =
        serde_json::json!({"kind": "approval-removed", "stage": "release", "places": ["prod", "apac"]});
    assert_eq!(guards, [&expected]);
    // Nor under another name.
    let renamed = planned(asked, || asking("go", Asks::Nobody));
    renamed.is_asked_about(true);
    assert_eq!(
        of_pipeline(&renamed),
        ["- stage go: nobody is asked before prod, apac any more"]
    );
}

#[test]
fn an_approval_that_comes_or_waits_otherwise_is_told() {
    let comes = planned(unasked, asked);
    comes.is_asked_about(true);
    assert_eq!(
        of_pipeline(&comes),
        ["+ stage release: somebody is asked before prod, apac"]
    );
    let hastier = planned(asked, || asking("release", Asks::For(ApprovalTimeout::hours(20))));
    hastier.is_asked_about(true);
    assert_eq!(
        of_pipeline(&hastier),
        ["~ stage release: the approval is waited for 20 hours, no longer 3 days"]
    );
}

#[test]
fn an_approval_that_goes_is_asked_about_before_it_is_deployed() {
    let out = temporary();
    assert_eq!(program(out.path(), &["deploy", "--local"], asked).0, 0);
    let approve = ["deploy", "--local", "--require-approval"];
    let (code, _, error) = program(out.path(), &approve, unasked);
    assert_eq!(code, 1);
    assert!(
        error.contains("nobody is asked before prod, apac any more"),
        "{error}"
    );
}

fn built(change: fn(CodeBuild) -> CodeBuild, branch: &str) -> Result<Team> {
    let arn = "arn:aws:codeconnections:us-east-1:111111111111:connection/one";
    let connection = Connection::parse(Provider::GitHub, arn).unwrap();
    let repository = Repository::new(connection, "acme/orders").branch(branch);
    let build = change(CodeBuild::of(repository).timeout_minutes(60));
    let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
    sample::world().with(pipeline.release(sample::wave())).build()
}

fn main_branch() -> Result<Team> {
    built(|build| build, "main")
}

#[test]
fn what_is_built_and_with_which_power_is_asked_about() {
    let privileged = planned(main_branch, || built(CodeBuild::privileged, "main"));
    privileged.is_asked_about(true);
    let told = "    ~ BuildProject (AWS::CodeBuild::Project): Environment\n        \
                + builds are privileged: they have root's power over the machine that they run on\n";
    assert!(privileged.output.contains(told), "{}", privileged.output);
    let elsewhere = planned(main_branch, || built(|build| build, "stable"));
    elsewhere.is_asked_about(true);
    let told = "~ what is built: SourceVersion: main -> stable\n";
    assert!(elsewhere.output.contains(told), "{}", elsewhere.output);
    // It is said once.
    assert_eq!(elsewhere.output.matches(": main -> stable").count(), 1);
    planned(main_branch, || built(|build| build.timeout_minutes(90), "main")).is_asked_about(false);
}
