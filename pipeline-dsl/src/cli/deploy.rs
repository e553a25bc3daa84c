//! `deploy`: to AWS, or to the local cloud.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Printer;
use super::arguments::Deploy;
use super::view::progress;
use super::view::summary;
use crate::deploy::{Access, Aws, Options, PerAccount, deploy};
use crate::local::LocalCloud;
use crate::synth::Assembly;

/// How long the local cloud takes for a step: nothing, but others get their turn.
const LOCAL_POLL_INTERVAL: Duration = Duration::from_millis(1);

pub(super) fn run(
    assembly: Assembly,
    arguments: &Deploy,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<bool, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut options = Options {
        concurrency: usize::from(arguments.concurrency),
        ..Options::default()
    };
    let place = if arguments.local { "the local cloud" } else { "AWS" };
    let aws = if arguments.local {
        options.poll_interval = LOCAL_POLL_INTERVAL;
        let client = LocalCloud::open(&out.join("local"))?.http_client();
        Aws::through(client, assembly.build_account(), Access::AccountKeys)
    } else {
        let access = match (&arguments.role, &arguments.profile) {
            (Some(role), _) => Access::Role(PerAccount::every(role.clone())),
            (None, Some(profile)) => Access::Profile(PerAccount::every(profile.clone())),
            (None, None) if arguments.account_keys => Access::AccountKeys,
            (None, None) => Access::Standard,
        };
        runtime.block_on(Aws::from_environment(access, assembly.primary_region(), None))
    };
    let observer = progress::observer(json, printer);
    let assembly = Arc::new(assembly);
    let deployed = deploy(
        Arc::clone(&assembly),
        Arc::new(aws),
        options,
        Arc::clone(&observer) as _,
    );
    let result = runtime.block_on(deployed)?;
    observer.finish();
    summary::print(&result, place, json, printer);
    Ok(result.is_success())
}
