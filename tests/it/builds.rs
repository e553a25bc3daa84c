//! Builds: what their projects are given, what their roles may do, and what builds of pull requests do not get.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::prove;
use pipeline_dsl::rehearsal::{Rehearsal, Scenario, Twin};
use pipeline_dsl::synth::synth;
use serde_json::{Value, json};

use crate::properties::deployed;
use crate::{builds_example, sample};

/// The resource of a service's stack in an account.
fn resource(team: &Team, stack: &str, logical_id: &str) -> Value {
    let assembly = synth(team).unwrap();
    let stack = assembly
        .stacks()
        .iter()
        .find(|each| each.id.as_str().ends_with(stack))
        .unwrap();
    let template: Value = serde_json::from_str(assembly.template(stack)).unwrap();
    template["Resources"][logical_id].clone()
}

/// The statements of a role.
fn statements(role: &Value) -> Vec<Value> {
    let policies = role["Properties"]["Policies"].as_array().unwrap();
    let statements = policies
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap());
    statements.cloned().collect()
}

fn sids(role: &Value) -> Vec<String> {
    let statements = statements(role);
    let sids = statements
        .iter()
        .map(|statement| statement["Sid"].as_str().unwrap());
    sids.map(ToOwned::to_owned).collect()
}

fn of_repository(change: impl FnOnce(CodeBuild) -> CodeBuild) -> Result<Team> {
    let github = Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/a");
    let build = change(CodeBuild::of(Repository::new(github, "acme/orders")));
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .built_by(build)
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(sample::permissions())
        .release(sample::wave());
    sample::world().with(pipeline).build()
}

#[test]
fn the_example_is_proved() {
    let team = builds_example::team().unwrap();
    let assembly = synth(&team).unwrap();
    let proof = prove(&team, &assembly).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    assert!(proof.findings.is_empty(), "{:#?}", proof.findings);
    // The image is the build account's, and developers build in it too.
    let notes = proof.notes();
    let said: Vec<&str> = notes.iter().map(|note| note.message()).collect();
    assert_eq!(said, Vec::<&str>::new());
}

#[test]
fn secrets_are_names_in_the_template() {
    let team = builds_example::team().unwrap();
    let project = resource(&team, "globex-service-web", "BuildProject");
    assert_eq!(
        project["Properties"]["Environment"]["EnvironmentVariables"],
        json!([
            {"Name": "NPM_TOKEN", "Type": "SECRETS_MANAGER", "Value": "globex/npm:token"},
            {"Name": "LICENSE_KEY", "Type": "PARAMETER_STORE", "Value": "/globex/license"},
        ])
    );
    let role = resource(&team, "globex-service-web", "BuildRole");
    let statements = statements(&role);
    let of = |sid: &str| statements.iter().find(|each| each["Sid"] == sid).unwrap();
    let secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:globex/npm-??????";
    assert_eq!(of("ReadSecrets")["Resource"], json!([secret]));
    assert_eq!(
        of("DecryptSecrets")["Condition"],
        json!({
            "StringEquals": {"kms:ViaService": ["secretsmanager.us-east-1.amazonaws.com"]},
            "StringLike": {"kms:EncryptionContext:SecretARN": [secret]},
        })
    );
    let parameter = "arn:aws:ssm:us-east-1:111111111111:parameter/globex/license";
    assert_eq!(of("ReadParameters")["Resource"], json!([parameter]));
    assert_eq!(
        of("WriteReports")["Resource"],
        json!(["arn:aws:codebuild:us-east-1:111111111111:report-group/globex-web-*"])
    );
}

/// What somebody proposes runs with nothing that it could take away.
#[test]
fn pull_requests_get_no_secrets_no_cache_and_no_permissions() {
    let team = builds_example::team().unwrap();
    let of_web = resource(&team, "globex-service-web", "ChecksProject");
    assert_eq!(
        of_web["Properties"]["Environment"]["EnvironmentVariables"],
        Value::Null
    );
    for service in ["web", "api"] {
        let stack = format!("globex-service-{service}");
        let project = resource(&team, &stack, "ChecksProject");
        assert_eq!(project["Properties"]["Cache"], Value::Null);
        let role = resource(&team, &stack, "ChecksRole");
        assert_eq!(sids(&role), ["WriteLog", "ReadRepository"]);
    }
    // The image that they are built in is all that they may pull.
    let role = resource(&team, "globex-service-model", "ChecksRole");
    assert_eq!(
        sids(&role),
        ["WriteLog", "ReadRepository", "PullImage", "LogInToRegistry"]
    );
}

#[test]
fn a_fork_is_built_with_what_the_developers_own_account_has() {
    let team = builds_example::team().unwrap();
    let role = resource(&team, "globex-developer-service-web", "BuildRole");
    let statements = statements(&role);
    let read = statements
        .iter()
        .find(|each| each["Sid"] == "ReadSecrets")
        .unwrap();
    let arn = read["Resource"][0].to_string();
    for part in ["AWS::AccountId", "AWS::Region", "globex/npm-??????"] {
        assert!(arn.contains(part), "{arn}");
    }
    let role = resource(&team, "globex-developer-service-api", "BuildRole");
    assert!(sids(&role).contains(&"Declared0".to_owned()));
}

#[test]
fn docker_arm_and_the_whole_repository() {
    let team = builds_example::team().unwrap();
    let api = resource(&team, "globex-service-api", "BuildProject");
    assert_eq!(api["Properties"]["Environment"]["PrivilegedMode"], true);
    assert_eq!(
        api["Properties"]["Cache"],
        json!({"Type": "LOCAL", "Modes": ["LOCAL_DOCKER_LAYER_CACHE"]})
    );
    let model = resource(&team, "globex-service-model", "BuildProject");
    let properties = &model["Properties"];
    assert_eq!(properties["Environment"]["Type"], "ARM_CONTAINER");
    assert_eq!(
        properties["Environment"]["ImagePullCredentialsType"],
        "SERVICE_ROLE"
    );
    assert_eq!(properties["Source"]["GitCloneDepth"], 0);
    assert_eq!(
        properties["Source"]["GitSubmodulesConfig"],
        json!({"FetchSubmodules": true})
    );
    let buildspec = properties["Source"]["BuildSpec"].as_str().unwrap();
    assert!(buildspec.starts_with("version: 0.2\n"), "{buildspec}");
}

/// An image of another account is for that account's repository to give.
#[test]
fn an_image_of_another_account_is_said_to_be_its_owners_to_give() {
    let team =
        of_repository(|build| build.image("888888888888.dkr.ecr.us-east-1.amazonaws.com/tools:1")).unwrap();
    let proof = prove(&team, &synth(&team).unwrap()).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    let notes = proof.notes();
    assert!(!notes.is_empty());
    for note in notes.iter() {
        assert!(note.message().contains("888888888888"), "{note}");
    }
}

/// Of a private registry, the build has the secret, and pull requests are built in another image.
#[test]
fn a_private_image_takes_a_secret() {
    let team = of_repository(|build| {
        build
            .private_image("registry.example.com/tools:1", Secret::named("acme/registry"))
            .pull_request_image("public.ecr.aws/docker/library/rust:1")
    })
    .unwrap();
    let environment = &resource(&team, "acme-service-orders", "BuildProject")["Properties"]["Environment"];
    assert_eq!(
        environment["RegistryCredential"],
        json!({"Credential": "acme/registry", "CredentialProvider": "SECRETS_MANAGER"})
    );
    assert_eq!(environment["ImagePullCredentialsType"], "SERVICE_ROLE");
    let checks = &resource(&team, "acme-service-orders", "ChecksProject")["Properties"]["Environment"];
    assert_eq!(checks["Image"], "public.ecr.aws/docker/library/rust:1");
    assert_eq!(checks["RegistryCredential"], Value::Null);
    let proof = prove(&team, &synth(&team).unwrap()).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    assert!(proof.findings.is_empty(), "{:#?}", proof.findings);
}

/// A grant that reaches what the team keeps from builds is refused where it stands.
#[test]
fn a_build_is_not_granted_the_teams_own() {
    let team = of_repository(|build| {
        build.permissions(Permissions::new().allow(
            ["codepipeline:PutApprovalResult"],
            ["arn:aws:codepipeline:us-east-1:111111111111:acme-orders/*"],
        ))
    })
    .unwrap();
    let proof = prove(&team, &synth(&team).unwrap()).unwrap();
    assert!(!proof.holds());
    let told = proof.diagnostics();
    assert!(
        told.iter().all(|diagnostic| !diagnostic.labels().is_empty()),
        "{told}"
    );
}

/// The filters of a project, as `TYPE pattern`.
fn filters(project: &Value) -> Vec<String> {
    let groups = project["Properties"]["Triggers"]["FilterGroups"]
        .as_array()
        .unwrap();
    assert_eq!(groups.len(), 1);
    let filters = groups[0].as_array().unwrap().iter();
    filters
        .map(|filter| {
            format!(
                "{} {}",
                filter["Type"].as_str().unwrap(),
                filter["Pattern"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn changed_files_start_builds_and_checks() {
    let team = builds_example::team().unwrap();
    let project = |id| resource(&team, "/globex-service-web", id);
    let paths = r"FILE_PATH ^(web/.*|packages/(.*/)?[^/]*\.ts)$";
    assert_eq!(
        filters(&project("BuildProject")),
        ["EVENT PUSH", "HEAD_REF ^refs/heads/main$", paths]
    );
    assert_eq!(
        filters(&project("ChecksProject"))[1..],
        ["BASE_REF ^refs/heads/main$", paths]
    );
}

#[test]
fn tags_start_builds_in_place_of_the_branch() {
    let team = builds_example::team().unwrap();
    let project = |id| resource(&team, "/globex-service-model", id);
    assert_eq!(
        filters(&project("BuildProject")),
        ["EVENT PUSH", "HEAD_REF ^refs/tags/v[^/]*$"]
    );
    assert_eq!(
        filters(&project("ChecksProject"))[1],
        "BASE_REF ^refs/heads/main$"
    );
    // A fork has a branch, whatever upstream has.
    let fork = resource(
        &team,
        "555555555555/us-east-1/globex-developer-service-model",
        "BuildProject",
    );
    let head = &fork["Properties"]["Triggers"]["FilterGroups"][0][1]["Pattern"];
    assert_eq!(fork["Properties"]["SourceVersion"], json!({"Ref": "ForkBranch"}));
    assert_eq!(*head, json!({"Fn::Sub": "^refs/heads/${ForkBranchPattern}$"}));
}

#[test]
fn a_fork_is_delivered_from_its_branch() {
    let team = builds_example::team().unwrap();
    let assembly = synth(&team).unwrap();
    let branch = |stack: &str| {
        let mut stacks = assembly.stacks().iter();
        let stack = stacks.find(|each| each.id.as_str().ends_with(stack)).unwrap();
        stack.parameters.get("ForkBranch").cloned()
    };
    let given = pipeline_dsl::synth::ParameterValue::Value("dark-mode".to_owned());
    assert_eq!(
        branch("555555555555/us-east-1/globex-developer-service-web"),
        Some(given)
    );
    // That of upstream, by default.
    assert_eq!(
        branch("555555555555/us-east-1/globex-developer-service-api"),
        None
    );
    assert_eq!(
        branch("666666666666/eu-west-1/globex-developer-service-web"),
        None
    );
    let stack = "555555555555/us-east-1/globex-developer-service-api";
    let mut stacks = assembly.stacks().iter();
    let stack = stacks.find(|each| each.id.as_str().ends_with(stack)).unwrap();
    let template: Value = serde_json::from_str(assembly.template(stack)).unwrap();
    assert_eq!(template["Parameters"]["ForkBranch"]["Default"], "main");
}

#[test]
fn a_build_without_webhook_is_started_by_somebody() {
    let team = of_repository(CodeBuild::without_webhook).unwrap();
    let triggers = |id: &str| resource(&team, "/acme-service-orders", id)["Properties"]["Triggers"].clone();
    assert_eq!(triggers("BuildProject"), json!({"Webhook": false}));
    // Whoever starts it builds the branch that is delivered, and not the repository's default.
    let project = resource(&team, "/acme-service-orders", "BuildProject");
    assert_eq!(project["Properties"]["SourceVersion"], "main");
    assert_eq!(triggers("ChecksProject")["Webhook"], true);
    let cloud = LocalCloud::in_memory();
    deployed(synth(&team).unwrap(), &cloud).unwrap();
    let report = Rehearsal::of(&team, &cloud, Arc::new(Twin), &())
        .unwrap()
        .play(&Scenario::build("orders"))
        .unwrap();
    assert_eq!(report.steps[0].what, "somebody starts a build of orders");
}

#[test]
fn another_ci_uploads_with_the_token_of_its_job() {
    let team = builds_example::team().unwrap();
    let role = resource(&team, "/globex-service-search", "UploadRole");
    let trust = &role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0];
    let provider = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    assert_eq!(trust["Principal"], json!({"Federated": provider}));
    assert_eq!(trust["Action"], json!(["sts:AssumeRoleWithWebIdentity"]));
    assert_eq!(
        trust["Condition"],
        json!({
            "StringEquals": {"token.actions.githubusercontent.com:aud": ["sts.amazonaws.com"]},
            "StringLike": {"token.actions.githubusercontent.com:sub": [
                "repo:globex@123456/search@456789:ref:refs/heads/main",
                "repo:globex@123456/search@456789:ref:refs/tags/v*",
            ]},
        })
    );
    assert_eq!(sids(&role), ["PutArtifacts", "EncryptArtifacts"]);
    // The workflow that `docs/builds.md` shows takes this role, and uploads into this bucket.
    let document =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/builds.md")).unwrap();
    let name =
        |resource: &Value, property: &str| resource["Properties"][property].as_str().unwrap().to_owned();
    let arn = format!(
        "arn:aws:iam::111111111111:role{}{}",
        name(&role, "Path"),
        name(&role, "RoleName")
    );
    assert!(document.contains(&format!("role-to-assume: {arn}\n")), "{arn}");
    let bucket = name(&resource(&team, "/globex-build", "BuildBucket"), "BucketName");
    let upload = format!("aws s3 cp search.zip s3://{bucket}/search/search.zip\n");
    assert!(document.contains(&upload), "{upload}");
    // Nothing is built by us, there or in a developer's account.
    assert_eq!(
        resource(&team, "/globex-service-search", "BuildProject"),
        Value::Null
    );
    let own = resource(
        &team,
        "555555555555/us-east-1/globex-developer-service-search",
        "UploadRole",
    );
    assert_eq!(own, Value::Null);
}

#[test]
fn gitlabs_jobs_are_told_by_their_project() {
    let condition = trust_in_jobs(Upload::gitlab_ci("acme/shop/orders"));
    assert_eq!(
        condition["StringEquals"],
        json!({"gitlab.com:aud": ["https://gitlab.com"]})
    );
    let subject = "project_path:acme/shop/orders:ref_type:branch:ref:main";
    assert_eq!(condition["StringLike"], json!({"gitlab.com:sub": [subject]}));
}

/// Who trusts every tag trusts each.
#[test]
fn all_tags_of_a_project_can_be_trusted() {
    let condition = trust_in_jobs(Upload::gitlab_ci("acme/orders").tags("*"));
    let subject = "project_path:acme/orders:ref_type:tag:ref:*";
    assert_eq!(condition["StringLike"], json!({"gitlab.com:sub": [subject]}));
}

/// Since 15 July 2026 the tokens of new repositories have the ids that nobody else ever gets.
#[test]
fn githubs_jobs_are_told_by_their_ids_where_these_are_given() {
    let upload = Upload::github_actions("acme/orders").github_ids(123_456, 456_789);
    let condition = trust_in_jobs(upload.branch("main").github_environment("production"));
    let subjects = [
        "repo:acme@123456/orders@456789:ref:refs/heads/main",
        "repo:acme@123456/orders@456789:environment:production",
    ];
    let subject = "token.actions.githubusercontent.com:sub";
    assert_eq!(condition["StringLike"], json!({subject: subjects}));
}

/// The condition of the role that these jobs take, in a team whose proof holds.
fn trust_in_jobs(upload: Upload) -> Value {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .uploaded_by(upload)
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(sample::permissions())
        .release(sample::wave());
    let team = sample::world().with(pipeline).build().unwrap();
    let proof = prove(&team, &synth(&team).unwrap()).unwrap();
    assert!(
        proof.holds() && proof.findings.is_empty(),
        "{}",
        proof.diagnostics()
    );
    let role = resource(&team, "/acme-service-orders", "UploadRole");
    role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"].clone()
}

/// What nobody upstream starts by a push, a developer's fork is built by all the same.
#[test]
fn a_fork_of_what_is_started_by_hand_has_a_webhook() {
    let github = Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/a");
    let own = Connection::github("arn:aws:codeconnections:us-east-1:500000000001:connection/a");
    let build = CodeBuild::of(Repository::new(github, "acme/orders")).without_webhook();
    let fork = Fork::new(sample::orders(), RepositoryName::new("alice/orders"), own);
    let developer = sample::developer(1).fork(fork.branch(BranchName::new("v1.2")));
    let pipeline = sample::pipeline_of(sample::orders())
        .built_by(build)
        .release(sample::wave());
    let team = sample::world()
        .developer(developer)
        .with(pipeline)
        .build()
        .unwrap();
    let project = resource(
        &team,
        "500000000001/us-east-1/acme-developer-service-orders",
        "BuildProject",
    );
    assert_eq!(project["Properties"]["Triggers"]["Webhook"], true);
    let assembly = synth(&team).unwrap();
    let mut stacks = assembly.stacks().iter();
    let stack = stacks
        .find(|each| each.id.as_str().ends_with("acme-developer-service-orders"))
        .unwrap();
    let given = |name: &str| stack.parameters.get(name).cloned();
    let value = |value: &str| Some(pipeline_dsl::synth::ParameterValue::Value(value.to_owned()));
    assert_eq!(given("ForkBranch"), value("v1.2"));
    assert_eq!(given("ForkBranchPattern"), value(r"v1\.2"));
}
