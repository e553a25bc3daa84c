//! Where stacks stand: AWS, or the local cloud.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::Printer;
use super::arguments::Target;
use crate::deploy::{Access, Aws, Options, Selection};
use crate::local::{Holder, LocalCloud, StoreError};
use crate::synth::Assembly;

/// How long the local cloud takes for a step: nothing, but others get their turn.
const LOCAL_POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The way to the accounts, and how to go it.
pub(super) struct Cloud {
    pub(super) runtime: Runtime,
    pub(super) aws: Arc<Aws>,
    pub(super) options: Options,
    /// The local cloud itself, where it is that.
    pub(super) local: Option<LocalCloud>,
    /// What it is called in sentences.
    pub(super) name: &'static str,
}

impl Cloud {
    pub(super) fn of(
        target: &Target,
        assembly: &Assembly,
        out: &Path,
        command: &str,
        printer: &Printer,
    ) -> Result<Self, Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let mut options = Options {
            concurrency: usize::from(target.concurrency),
            selection: Selection {
                only: target.only.clone(),
                exclude: target.exclude.clone(),
            },
            ..Options::default()
        };
        let mut local = None;
        let (aws, name) = if target.local {
            options.poll_interval = LOCAL_POLL_INTERVAL;
            let cloud = open_local(out, &format!("{command} --local"), printer)?;
            let client = cloud.http_client();
            local = Some(cloud);
            let aws = Aws::through(client, assembly.build_account(), Access::AccountKeys);
            (aws, "the local cloud")
        } else {
            let access = access(target);
            let endpoint = target.endpoint_url.clone();
            let aws = Aws::from_environment(access, assembly.primary_region(), endpoint);
            (runtime.block_on(aws)?, "AWS")
        };
        if target.local || target.account_keys {
            // The keys do not say who uses them.
            options.who = ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok());
        }
        Ok(Self {
            runtime,
            aws: Arc::new(aws),
            options,
            local,
            name,
        })
    }
}

/// The local cloud of this directory. Another command that has it is waited for; a server is not, for it does not end.
///
/// # Errors
/// When a server has it, or what is kept there cannot be used.
pub(super) fn open_local(out: &Path, command: &str, printer: &Printer) -> Result<LocalCloud, StoreError> {
    let directory = out.join("local");
    let holder = Holder::this_process(command);
    LocalCloud::open_as(&directory, &holder, |other| {
        if other.is_some_and(|other| other.address.is_some()) {
            return false;
        }
        let other = other.map_or_else(|| "another process".to_owned(), ToString::to_string);
        let directory = directory.display();
        printer.error(&format!("waiting for {other}, which uses `{directory}`"));
        true
    })
}

fn access(target: &Target) -> Access {
    if target.account_keys {
        Access::AccountKeys
    } else if !target.role.is_empty() {
        Access::Role(target.role.iter().cloned().collect())
    } else if !target.profile.is_empty() {
        Access::Profile(target.profile.iter().cloned().collect())
    } else {
        Access::Standard
    }
}
