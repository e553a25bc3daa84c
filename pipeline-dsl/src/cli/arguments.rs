use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Delivers a team's services over its AWS accounts, and to every developer's own.
///
/// Without a command: synthesizes the team, and deploys it to the local cloud.
#[derive(Debug, Parser)]
#[command(
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done; 1 the team is wrong, or a stack could not be deployed; 2 usage."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Where the assembly is written, and the local cloud kept
    #[arg(long, global = true, value_name = "DIRECTORY", default_value = "pipeline.out")]
    pub(super) out: PathBuf,

    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the stacks' templates, and the manifest that says where each stands
    ///
    /// Writes `manifest.json` and `templates/`; talks to nobody and needs no credentials.
    Synth,
    /// Show the stacks in the order in which they are deployed
    ///
    /// Each with its account, its region, and the stacks that it needs.
    List,
    /// Prove that every request of the running system is allowed, and every forbidden one denied
    ///
    /// From the templates alone, before anything is deployed. Exits with 1 when something is denied that is needed, allowed
    /// that must not be, or wider than it has to be without a waiver.
    Verify(Verify),
    /// Deploy every stack, in dependency order, to AWS
    ///
    /// Stacks that are as the program says are left alone. Credentials come from the standard AWS chain:
    /// environment, profiles, SSO, instance role. `AWS_ENDPOINT_URL` is honoured.
    Deploy(Deploy),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Show the whole evaluation of one request, by its name
    #[arg(long, value_name = "REQUEST")]
    pub(super) explain: Option<String>,

    /// Show each request that must be denied, not only how many there are
    #[arg(long, conflicts_with = "explain")]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Deploy {
    /// The role to assume in every account but the caller's own
    #[arg(long, value_name = "NAME", conflicts_with = "profile")]
    pub(super) role: Option<String>,

    /// The profile of each account; `{account}` stands for its id
    #[arg(long, value_name = "PATTERN")]
    pub(super) profile: Option<String>,

    /// Use each account's id as its access key, as emulators want it
    #[arg(long, conflicts_with_all = ["role", "profile"])]
    pub(super) account_keys: bool,

    /// How many stacks of one account are deployed at once
    #[arg(long, value_name = "STACKS", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(super) concurrency: u16,

    /// Deploy to the local cloud instead
    #[arg(long, conflicts_with_all = ["role", "profile", "account_keys"])]
    pub(super) local: bool,
}

impl Deploy {
    /// What a program without arguments does.
    pub(super) fn local() -> Self {
        Self {
            role: None,
            profile: None,
            account_keys: false,
            concurrency: 8,
            local: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
