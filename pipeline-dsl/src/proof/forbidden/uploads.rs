use super::asking::{BEST_PRACTICES, READS, object, requester};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester, is_like};
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::storage::Storage;
use crate::proof::hops::upload::{announcing, uploaders, with_token};
use crate::team::{Team, Upload};

const TOKENS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub";

/// Tokens of other jobs, and what else an upload could do.
pub(super) fn all(team: &Team, deployed: &Deployed, hops: &mut Hops<'_>) {
    for pipeline in &team.pipelines {
        let Some(upload) = pipeline.upload() else { continue };
        for role in uploaders(deployed).filter(|role| role.service == Some(pipeline.service.name)) {
            hops.serve(format!("upload of {}", pipeline.service.name));
            for subject in strangers(upload) {
                let request = with_token(role, upload, &subject, upload.ci.audience());
                hops.add("a job that is not trusted uploads", TOKENS, request);
            }
            for subject in upload.subjects() {
                let request = with_token(role, upload, &subject, "somebody-else");
                hops.add("a token that is for somebody else uploads", TOKENS, request);
                let mut other = with_token(role, upload, &subject, upload.ci.audience());
                other.requester = Requester::Federated(role.home.iam("oidc-provider/example.com"));
                hops.add("a token of another provider uploads", TOKENS, other);
            }
            let who = requester(role);
            for bucket in deployed.of_kind(ResourceKind::Bucket) {
                let what = "an upload beyond the artifacts of its service";
                let others = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"];
                hops.add_each(what, BEST_PRACTICES, &who, &others, &object(bucket));
                hops.add_each(what, BEST_PRACTICES, &who, &READS, &object(bucket));
            }
            if let Some(bucket) = announcing(deployed, role).and_then(|name| Storage::of(deployed, name)) {
                for key in pipeline.keys() {
                    for action in ["s3:GetObject", "s3:DeleteObject", "s3:DeleteObjectVersion"] {
                        let request = Request::new(who.clone(), action, bucket.object(&key));
                        hops.add("an upload reads or deletes artifacts", BEST_PRACTICES, request);
                    }
                }
            }
        }
    }
}

/// Jobs of the same CI that nobody trusts: of another repository, of a pull request, of another branch.
fn strangers(upload: &Upload) -> Vec<String> {
    let own = upload.repository_in_subjects();
    let mut others = vec![
        "stranger/repository".to_owned(),
        // A repository whose name begins as this one does.
        format!("{own}-fork"),
    ];
    // A repository that has taken the name over, which has other ids or a token without ids.
    if let Some((ids, _)) = upload.github_ids {
        others.push(upload.repository.clone());
        others.push(own.replacen(
            &format!("@{}/", ids.owner),
            &format!("@{}/", ids.owner.wrapping_add(1)),
            1,
        ));
        others.push(format!("{own}0"));
    }
    let subjects = upload.subjects();
    let of_others = others.iter().flat_map(|other| {
        subjects
            .iter()
            .map(|subject| subject.replacen(&own, other, 1).replace('*', "1.0"))
    });
    let of_other_jobs = [
        format!("repo:{own}:pull_request"),
        format!("repo:{own}:ref:refs/heads/a-branch-of-nobody"),
        format!("repo:{own}:environment:an-environment-of-nobody"),
        format!("project_path:{own}:ref_type:branch:ref:a-branch-of-nobody"),
        format!("project_path:{own}:ref_type:tag:ref:a-tag-of-nobody"),
    ];
    let trusted = |subject: &String| subjects.iter().any(|pattern| is_like(subject, pattern));
    of_others
        .chain(of_other_jobs)
        // Who trusts all tags trusts that of nobody, too.
        .filter(|subject| !trusted(subject))
        .collect()
}
