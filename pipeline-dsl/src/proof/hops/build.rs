use serde_json::Value;

use super::asking::{Source, by_service, role};
use super::deployment::unasked;
use super::grants::{Granted, Place};
use super::storage::Storage;
use crate::cloudformation::ResourceKind;
use crate::cloudformation::types::codebuild::EnvironmentVariable;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Declared, Grantee, Hops};
use crate::proof::json::{items, text};
use crate::proof::policies::evaluation::unrelated_key;
use crate::team::{CodeBuild, Definition, Image, Team};

const ROLE: &str = "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html";
const CONNECTIONS: &str =
    "https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html";
/// No page of AWS's says so: CodeBuild checks the project's role at `CreateProject`, `UpdateProject` and `CreateWebhook`.
/// Also seen in aws/aws-cdk issues 31236 and 31726 and in hashicorp/terraform-provider-aws issue 40656.
const CONNECTED: &str = "https://github.com/aws/aws-cdk/issues/38504";

const SECRETS: &str = "https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.env.secrets-manager";
const REPORTS: &str = "https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html";
const IMAGES: &str = "https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html";

/// What a CodeBuild project does: it assumes its role, reads the repository, logs, and writes what it made.
pub(super) fn project(deployed: &Deployed, project: &Resource, hops: &mut Hops<'_>) {
    let properties = &project.properties;
    let role_arn = text(properties, &["ServiceRole"]);
    let who = role(role_arn);
    let assume = by_service(
        ServiceCall::CodeBuildAssumesRole,
        "codebuild.amazonaws.com",
        "sts:AssumeRole",
        role_arn,
        Source::of(project),
    );
    hops.add("CodeBuild assumes the project's role", ROLE, assume);

    reads_repository(properties, &who, hops);
    for secret in secrets(project) {
        secret.read(project, &who, hops);
    }

    let group = text(properties, &["LogsConfig", "CloudWatchLogs", "GroupName"]);
    if !group.is_empty() {
        let stream = project
            .home
            .arn("logs", &format!("log-group:{group}:log-stream:00000000-0000"));
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
        hops.add_each("the build logs", ROLE, &who, &actions, &stream);
    }
    let artifacts = properties.get("Artifacts").into_iter();
    for artifact in artifacts.chain(items(properties, "SecondaryArtifacts")) {
        let Some(storage) = Storage::of(deployed, text(artifact, &["Location"])) else {
            continue;
        };
        let (path, name) = (text(artifact, &["Path"]), text(artifact, &["Name"]));
        let key = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}/{name}")
        };
        storage.write(hops, "the build writes its artifact", &who, &key);
        let actions = ["s3:GetBucketAcl", "s3:GetBucketLocation"];
        hops.add_each(
            "the build looks at its bucket",
            ROLE,
            &who,
            &actions,
            storage.arn(),
        );
    }
}

/// A build that a pipeline starts has no repository of its own.
fn reads_repository(properties: &Value, who: &Requester, hops: &mut Hops<'_>) {
    let connection = text(properties, &["Source", "Auth", "Resource"]);
    if connection.is_empty() {
        return;
    }
    let prefix = connection.split(':').nth(2).unwrap_or_default();
    let actions = [
        format!("{prefix}:GetConnection"),
        format!("{prefix}:GetConnectionToken"),
    ];
    let actions = actions.each_ref().map(String::as_str);
    hops.add_each(
        "the build reads the repository",
        CONNECTIONS,
        who,
        &actions,
        connection,
    );
    let uses = Request::new(who.clone(), format!("{prefix}:UseConnection"), connection);
    hops.add("the project is made with its connection", CONNECTED, uses);
}

/// A secret or a parameter that a project gives its builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::proof) struct GivenSecret {
    /// The action that reads it.
    pub(in crate::proof) action: &'static str,
    /// Its ARN, for a secret with six characters that could be those that AWS gave it.
    pub(in crate::proof) arn: String,
    call: ServiceCall,
    via: &'static str,
    context: &'static str,
}

/// What a project gives its builds from Secrets Manager and Parameter Store, its image's registry among them.
///
/// A second opinion on what `constructs/code_build/permissions.rs` grants: it is read off the template.
pub(in crate::proof) fn secrets(project: &Resource) -> Vec<GivenSecret> {
    let of_secret = |reference: &str| {
        let name = reference.split(':').next().unwrap_or_default();
        GivenSecret {
            action: "secretsmanager:GetSecretValue",
            arn: project
                .home
                .arn("secretsmanager", &format!("secret:{name}-a1B2c3")),
            call: ServiceCall::SecretsManagerUsesKey,
            via: "secretsmanager",
            context: "kms:EncryptionContext:SecretARN",
        }
    };
    let of_parameter = |name: &str| {
        let name = name.trim_start_matches('/');
        GivenSecret {
            action: "ssm:GetParameters",
            arn: project.home.arn("ssm", &format!("parameter/{name}")),
            call: ServiceCall::ParameterStoreUsesKey,
            via: "ssm",
            context: "kms:EncryptionContext:PARAMETER_ARN",
        }
    };
    let properties = &project.properties;
    let environment = properties.get("Environment").unwrap_or(&Value::Null);
    let variables = items(environment, "EnvironmentVariables");
    let mut found: Vec<GivenSecret> = variables
        .filter_map(|variable| {
            let value = text(variable, &["Value"]);
            match text(variable, &["Type"]) {
                EnvironmentVariable::SECRET => Some(of_secret(value)),
                EnvironmentVariable::PARAMETER => Some(of_parameter(value)),
                _ => None,
            }
        })
        .collect();
    let registry = text(environment, &["RegistryCredential", "Credential"]);
    if !registry.is_empty() {
        found.push(of_secret(registry));
    }
    found
}

impl GivenSecret {
    /// Whoever reads it, decrypts it through the service that keeps it, with a key that may be any of the account's.
    pub(in crate::proof) fn requests(&self, project: &Resource, who: &Requester) -> [Request; 2] {
        let decrypt = Request::new(who.clone(), "kms:Decrypt", unrelated_key(project)).sent_on(
            self.call,
            [
                (
                    "kms:ViaService",
                    format!("{}.{}.amazonaws.com", self.via, project.home.region),
                ),
                (self.context, self.arn.clone()),
            ],
        );
        [Request::new(who.clone(), self.action, self.arn.as_str()), decrypt]
    }

    fn read(&self, project: &Resource, who: &Requester, hops: &mut Hops<'_>) {
        for request in self.requests(project, who) {
            hops.add("the build reads a secret that it is given", SECRETS, request);
        }
    }
}

/// What the program says that builds do beside building: the image that they pull, their reports, and what it grants. The lists of
/// actions are a second opinion on those of `constructs/code_build/permissions.rs`.
pub(super) fn declared(team: &Team, deployed: &Deployed, hops: &mut Hops<'_>) {
    let projects: Vec<&Resource> = deployed.of_kind(ResourceKind::Project).collect();
    for pipeline in &team.pipelines {
        let Some(build) = pipeline.build() else { continue };
        let name = format!("{}-{}", team.name(), pipeline.service.name);
        let checks = format!("{name}-checks");
        for project in &projects {
            let reference = project.identity.reference.as_str();
            let image = if reference == name {
                &build.image
            } else if reference == checks {
                build.image_of_checks()
            } else {
                continue;
            };
            let of_role = RoleOfBuild {
                pipeline,
                project,
                place: place(deployed, project),
            };
            hops.serve(format!(
                "build of {} in {}",
                pipeline.service.name, of_role.place.account
            ));
            of_role.pulls(image, hops);
            if reference == name {
                of_role.builds(deployed, build, hops);
            }
        }
    }
}

fn place(deployed: &Deployed, project: &Resource) -> Place {
    Place {
        creator: None,
        role: text(&project.properties, &["ServiceRole"]).to_owned(),
        account: project.home.account.to_string(),
        partition: project.home.region.partition().to_string(),
        region: project.home.region.to_string(),
        stands_for: if project.developer.is_some() {
            unasked(deployed)
        } else {
            0
        },
    }
}

/// The role of a project of a service.
struct RoleOfBuild<'a> {
    pipeline: &'a Definition,
    project: &'a Resource,
    place: Place,
}

impl RoleOfBuild<'_> {
    /// The image, where it is in ECR: of another account, its own policy decides.
    fn pulls(&self, image: &Image, hops: &mut Hops<'_>) {
        let (Some(repository), Some(location)) = (image.ecr_repository(), image.location) else {
            return;
        };
        let who = role(&self.place.role);
        let arn = format!(
            "arn:{}:ecr:{}:{}:repository/{}",
            self.place.partition, repository.region, repository.account, repository.name
        );
        let log_in = Request::new(who.clone(), "ecr:GetAuthorizationToken", "*");
        hops.add("the build pulls its image", IMAGES, log_in);
        for action in [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ] {
            let declared = Declared {
                location,
                service: self.pipeline.service.name.to_string(),
                grantee: Grantee::BuildRole(self.place.role.clone()),
                resource: arn.clone(),
                place: format!("{}/{}", self.place.account, self.place.region),
                stands_for: self.place.stands_for,
            };
            let request = Request::new(who.clone(), action, arn.as_str());
            hops.add_declared("the build pulls its image", IMAGES, request, declared);
        }
    }

    fn builds(&self, deployed: &Deployed, build: &CodeBuild, hops: &mut Hops<'_>) {
        if build.writes_reports {
            let group = format!("report-group/{}-unit", self.project.identity.reference);
            let actions = [
                "codebuild:CreateReportGroup",
                "codebuild:CreateReport",
                "codebuild:UpdateReport",
                "codebuild:BatchPutTestCases",
                "codebuild:BatchPutCodeCoverages",
            ];
            let group = self.project.home.arn("codebuild", &group);
            hops.add_each(
                "the build reports",
                REPORTS,
                &role(&self.place.role),
                &actions,
                &group,
            );
        }
        for grant in build
            .permissions
            .iter()
            .flat_map(|permissions| &permissions.grants)
        {
            let granted = Granted {
                grant,
                service: self.pipeline.service.name.as_str(),
                role: &self.place.role,
                grantee: Grantee::BuildRole(self.place.role.clone()),
                purpose: "the program declares it",
                page: ROLE,
            };
            self.place.grant(deployed, &granted, hops);
        }
    }
}
