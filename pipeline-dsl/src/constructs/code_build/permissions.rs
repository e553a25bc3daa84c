//! What the role of a build may do beside writing its artifacts and its log: what the program says that it needs, exactly.

use crate::cloudformation::{Statement, Text, text};
use crate::policy::Operator;
use crate::team::{CodeBuild, Image};

use crate::constructs::names::{Names, Place};
use crate::constructs::targets::roles::granted;

/// Secrets, parameters, the image, reports, and what the program grants.
pub(super) fn of_build(names: &Names, build: &CodeBuild, place: Place, project_name: &str) -> Vec<Statement> {
    let mut statements = secrets(build, place);
    statements.extend(parameters(build, place));
    statements.extend(image(names, &build.image));
    if build.writes_reports {
        // https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html
        let groups = place.arn("codebuild", format!("report-group/{project_name}-*"));
        let write = Statement::allow("WriteReports").action([
            "codebuild:CreateReportGroup",
            "codebuild:CreateReport",
            "codebuild:UpdateReport",
            "codebuild:BatchPutTestCases",
            "codebuild:BatchPutCodeCoverages",
        ]);
        statements.push(write.on([groups]));
    }
    if let Some(permissions) = &build.permissions {
        statements.extend(granted(&permissions.grants, "Declared"));
    }
    statements
}

/// Pulls an image of ECR.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html>
pub(super) fn image(names: &Names, image: &Image) -> Vec<Statement> {
    let Some(repository) = image.ecr_repository() else {
        return Vec::new();
    };
    let arn = format!(
        "arn:{}:ecr:{}:{}:repository/{}",
        names.partition, repository.region, repository.account, repository.name
    );
    vec![
        Statement::allow("PullImage")
            .action([
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ])
            .on([arn.into()]),
        // Of no repository: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
        Statement::allow("LogInToRegistry")
            .action(["ecr:GetAuthorizationToken"])
            .on(["*".into()]),
    ]
}

/// Reads the secrets by name: AWS puts `-` and six characters behind it.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html>
fn secrets(build: &CodeBuild, place: Place) -> Vec<Statement> {
    let mut names: Vec<&str> = build.secrets().map(|secret| secret.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let arns = names
        .iter()
        .map(|name| place.arn("secretsmanager", format!("secret:{name}-??????")));
    readable(
        arns.collect(),
        place,
        &Store {
            read: "ReadSecrets",
            action: "secretsmanager:GetSecretValue",
            decrypt: "DecryptSecrets",
            service: "secretsmanager",
            // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
            context: "kms:EncryptionContext:SecretARN",
        },
    )
}

fn parameters(build: &CodeBuild, place: Place) -> Vec<Statement> {
    let mut names: Vec<&str> = build
        .parameters()
        .map(|parameter| parameter.name.trim_start_matches('/'))
        .collect();
    names.sort_unstable();
    names.dedup();
    let arns = names
        .iter()
        .map(|name| place.arn("ssm", format!("parameter/{name}")));
    readable(
        arns.collect(),
        place,
        &Store {
            read: "ReadParameters",
            action: "ssm:GetParameters",
            decrypt: "DecryptParameters",
            service: "ssm",
            // https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
            context: "kms:EncryptionContext:PARAMETER_ARN",
        },
    )
}

/// A service that keeps secrets, and the statements that let them be read.
struct Store {
    read: &'static str,
    action: &'static str,
    decrypt: &'static str,
    service: &'static str,
    /// What it gives the key to remember, and the ARN of the secret with it.
    context: &'static str,
}

/// Reads these, and decrypts these and no others, with whatever key of the account they are encrypted with.
fn readable(arns: Vec<Text>, place: Place, store: &Store) -> Vec<Statement> {
    if arns.is_empty() {
        return Vec::new();
    }
    let via = text![store.service, ".", place.region(), ".amazonaws.com"];
    let keys = place.arn("kms", "key/*");
    vec![
        Statement::allow(store.read)
            .action([store.action])
            .on(arns.clone()),
        Statement::allow(store.decrypt)
            .action(["kms:Decrypt"])
            .on([keys])
            .when(Operator::StringEquals, "kms:ViaService", [via])
            .when(Operator::StringLike, store.context, arns),
    ]
}
