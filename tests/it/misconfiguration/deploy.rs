//! What the program cannot know: only the world outside says it.

use std::sync::Arc;
use std::time::Duration;

use pipeline_dsl::deploy::{Access, Aws, Event, Observer, Options, deploy};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::synth::synth;

use crate::sample;

/// A class of mistake, and what a deployment says of it.
pub(super) struct Case {
    pub(super) title: &'static str,
    pub(super) others: [&'static str; 3],
    pub(super) message: fn() -> String,
}

pub(super) const CASES: &[Case] = &[
    Case {
        title: "credentials of another account",
        others: [
            "never: the stack is made in that account",
            "deploy: the account is not the one of the stack",
            "plan: with `allowed_account_ids` only",
        ],
        message: || first_failure(&LocalCloud::in_memory(), Access::Standard),
    },
    Case {
        title: "a stack of that name that is somebody else's",
        others: [
            "never: it is overwritten",
            "never: it is overwritten",
            "apply: it exists already",
        ],
        message: || {
            let cloud = LocalCloud::in_memory();
            let other = crate::local_cloud::Client::new(&cloud, "111111111111", "us-east-1");
            other.create(
                "acme-build",
                r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}"#,
            );
            first_failure(&cloud, Access::AccountKeys)
        },
    },
];

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

fn first_failure(cloud: &LocalCloud, access: Access) -> String {
    let assembly = super::with(sample::world())
        .and_then(|team| synth(&team))
        .unwrap();
    let aws = Aws::through(cloud.http_client(), sample::account("111111111111"), access);
    let options = Options {
        poll_interval: Duration::from_micros(100),
        ..Options::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let deployed = deploy(Arc::new(assembly), Arc::new(aws), options, Arc::new(Quiet));
    let summary = runtime.block_on(deployed).unwrap();
    summary.failed.first().unwrap().error.to_string()
}
