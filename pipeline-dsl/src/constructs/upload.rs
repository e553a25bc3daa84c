//! The role with which another CI uploads the artifacts of a service: taken with the token of a job, and good for these objects
//! alone.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>

use crate::cloudformation::{Principal, Stack, Statement, text};
use crate::policy::Operator;
use crate::team::{Definition, Upload};

use crate::constructs::build::Build;
use crate::constructs::names::{Names, Place, Purpose};
use crate::constructs::role::{self, ServiceRole};
use crate::constructs::storage::key;

pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    definition: &Definition,
    upload: &Upload,
    build: &Build,
    place: Place,
) {
    let service = &definition.service.name;
    let reason = "another CI uploads artifacts into it";
    let bucket = stack.arn(&build.bucket, reason);
    let keys = definition
        .sources
        .iter()
        .map(|source| text![&bucket, "/", source.key.as_str()]);
    // A multipart upload decrypts what it wrote, and takes it back when it breaks off.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    let put = Statement::allow("PutArtifacts")
        .action(["s3:PutObject", "s3:AbortMultipartUpload"])
        .on(keys);
    let encrypt = Statement::allow("EncryptArtifacts")
        .action(["kms:Decrypt", "kms:GenerateDataKey"])
        .on([stack.arn(&build.key, reason)]);
    let issuer = upload.ci.issuer();
    let provider = format!("oidc-provider/{issuer}");
    let provider = place.account().iam_arn(names.partition, &provider);
    let trust = Statement::allow("JobsAssume")
        .by(Principal::Federated(provider))
        .action(["sts:AssumeRoleWithWebIdentity"])
        .when(
            Operator::StringEquals,
            format!("{issuer}:aud"),
            [upload.ci.audience().into()],
        )
        .when(
            Operator::StringLike,
            format!("{issuer}:sub"),
            upload.subjects().into_iter().map(Into::into),
        );
    let role = ServiceRole {
        service,
        purpose: Purpose::Upload,
        description: format!(
            "Jobs of {} upload the artifacts of {service} with it",
            upload.repository
        ),
        trust,
        statements: vec![put, key::only_through_s3(encrypt, place, &[bucket])],
    };
    role::add(stack, names, place, "UploadRole".to_owned(), role);
}
