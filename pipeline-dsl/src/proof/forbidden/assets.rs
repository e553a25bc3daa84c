use super::asking::{BEST_PRACTICES, READS, WRITES, purpose, requester, roles};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester};
use crate::proof::deployed::identity::bounded_by;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::asking::role;
use crate::proof::json::text;

/// Assets are written by the pipeline of their service, and read by the roles that deploy it.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    let pipelines = || deployed.of_kind(ResourceKind::Pipeline);
    for owner in pipelines() {
        let declared = owner.pipeline.iter().flat_map(|declared| declared.actions());
        for deploy in declared.filter_map(|action| action.does.s3_deploy()) {
            let Some(bucket) = deployed.bucket(&deploy.bucket) else {
                continue;
            };
            hops.serve(format!("assets in {}", deploy.bucket));
            let file = format!("{}/{}/0f1e2d3c.zip", bucket.identity.arn, deploy.prefix);
            let others = pipelines().filter(|other| other.home.account == owner.home.account);
            for other in others.filter(|other| other.service != owner.service) {
                let who = role(text(&other.properties, &["RoleArn"]));
                let what = "a pipeline on the assets of another service";
                hops.add_each(what, BEST_PRACTICES, &who, &WRITES, &file);
                hops.add_each(what, BEST_PRACTICES, &who, &READS, &file);
            }
            for boundary in deployed.of_kind(ResourceKind::ManagedPolicy) {
                let who = Requester::Role(bounded_by(&boundary.identity.arn));
                for action in WRITES {
                    let request = Request::new(who.clone(), action, &file);
                    if !deployed.declarations.grant(boundary, &request) {
                        let what = "a role that a service's stack makes changes assets";
                        hops.add(what, BEST_PRACTICES, request);
                    }
                }
            }
            for each in roles(deployed).filter(|each| each.developer == owner.developer) {
                let who: Requester = requester(each);
                let is_deploying = ["action", "deployment"].contains(&purpose(each));
                if !is_deploying {
                    continue;
                }
                hops.add_each(
                    "a deployment changes assets",
                    BEST_PRACTICES,
                    &who,
                    &WRITES,
                    &file,
                );
                if each.service != owner.service || purpose(each) == "action" {
                    let what = "a deployment reads the assets of another service";
                    hops.add_each(what, BEST_PRACTICES, &who, &READS, &file);
                }
            }
        }
    }
}
