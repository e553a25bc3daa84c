use super::asking::role;
use super::storage::Storage;
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::text;
use crate::team::{Team, Upload};

const TOKENS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html";
const MULTIPART: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions";

/// What jobs of other CIs do: each takes its role, and uploads every artifact of its service.
pub(super) fn declared(team: &Team, deployed: &Deployed, hops: &mut Hops<'_>) {
    for pipeline in &team.pipelines {
        let Some(upload) = pipeline.upload() else { continue };
        let service = pipeline.service.name;
        for uploader in uploaders(deployed).filter(|role| role.service == Some(service)) {
            hops.serve(format!("upload of {service}"));
            for subject in upload.subjects() {
                // A tag of those that the pattern stands for.
                let subject = subject.replace('*', "1.0");
                let assume = with_token(uploader, upload, &subject, upload.ci.audience());
                hops.add("a job takes the role that uploads", TOKENS, assume);
            }
            let Some(bucket) = announcing(deployed, uploader).and_then(|name| Storage::of(deployed, name))
            else {
                continue;
            };
            let who = role(&uploader.identity.arn);
            for key in pipeline.keys() {
                bucket.write(hops, "the job uploads an artifact", &who, &key);
                let abort = Request::new(who.clone(), "s3:AbortMultipartUpload", bucket.object(&key));
                hops.add("the job takes back an upload that broke off", MULTIPART, abort);
            }
        }
    }
}

/// The roles that jobs of other CIs take, by their path.
pub(in crate::proof) fn uploaders(deployed: &Deployed) -> impl Iterator<Item = &Resource> {
    deployed
        .of_kind(ResourceKind::Role)
        .filter(|role| text(&role.properties, &["Path"]).ends_with("/delivery/upload/"))
}

/// The bucket of builds in a role's account: it announces what is put into it.
pub(in crate::proof) fn announcing<'a>(deployed: &'a Deployed, beside: &Resource) -> Option<&'a str> {
    let mut buckets = deployed.of_kind(ResourceKind::Bucket);
    let bucket =
        buckets.find(|bucket| bucket.home.account == beside.home.account && bucket.announces_objects())?;
    Some(&bucket.identity.reference)
}

/// Whoever has such a token asks for a role.
pub(in crate::proof) fn with_token(
    role: &Resource,
    upload: &Upload,
    subject: &str,
    audience: &str,
) -> Request {
    let issuer = upload.ci.issuer();
    let provider = role.home.iam(&format!("oidc-provider/{issuer}"));
    let request = Request::new(
        Requester::Federated(provider),
        "sts:AssumeRoleWithWebIdentity",
        &role.identity.arn,
    );
    request.sent_on(
        ServiceCall::TokenAssumesRole,
        [
            (format!("{issuer}:aud"), audience),
            (format!("{issuer}:sub"), subject),
        ],
    )
}
