use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::exit::CODES;
use crate::deploy::{NameForAccount, Options};

/// Delivers a team's services over its AWS accounts, and to every developer's own.
///
/// Without a command: synthesize the team and deploy it to the local cloud.
#[derive(Debug, Parser)]
#[command(
    disable_help_subcommand = true,
    after_help = CODES
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

    /// Tell each of those that failed for the same reason
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the stacks' templates, and the manifest that says where each stack goes
    ///
    /// Writes `manifest.json` and `templates/`; talks to nobody and needs no credentials.
    Synth,
    /// Show the stacks in the order in which they are deployed, and what each needs
    ///
    /// Each with its account, its region, and the stacks that it needs. `--artifacts` shows where builds are put instead, and
    /// `--template` one template.
    List(List),
    /// Prove that every request of the running system is allowed, and every forbidden one denied
    ///
    /// From the templates alone, before anything is deployed. Exits with 1 when something is denied that is needed, allowed
    /// that must not be, or wider than it has to be without a waiver.
    Verify(Verify),
    /// Show what the templates of a service need, and the program does not grant
    ///
    /// Prints the lines to add. By CloudFormation's registry: what its handlers may ask for, which can be more than a template uses.
    /// Exits with 1 when something is lacking.
    Permissions(Permissions),
    /// Show what a deployment would do, changes of permissions first
    ///
    /// Exits with 0 when there is nothing to do, with 2 when there
    /// are changes, with 1 when something stands in the way.
    Plan(Plan),
    /// Deploy the stacks, in dependency order, to AWS
    ///
    /// Stacks that are as the program says are left alone; whatever an interrupted deployment left is finished.
    /// Credentials come from the standard AWS chain: environment, profiles, SSO, instance role. `AWS_ENDPOINT_URL` is honoured.
    ///
    /// Ctrl-C, or SIGTERM, once finishes what has begun, for at most ten minutes, and begins nothing new; twice leaves at once.
    Deploy(Deploy),
    /// Play one build through every account of the local cloud, and see who gets what
    ///
    /// Artifacts, events, every developer's copy, pipelines, change sets, approvals: what is deployed there moves, in simulated
    /// time, and every request is asked of the policies that are deployed. Deploys the team there first, where it is not.
    /// Exits with 1 when something is denied or fails.
    Rehearse(Rehearse),
    /// Show who has which version of which artifact, and what the pipelines last did
    ///
    /// Asks every account side by side and changes nothing. Exits with 3 when somebody lacks what they should have or something
    /// could not be delivered, with 4 where the team is not deployed, with 1 when an account does not answer.
    Status(Status),
    /// Check that what is deployed is what the program says, and follow a probe to every developer; with `--before`, look at
    /// what a first deployment needs
    ///
    /// CloudFormation compares every stack with its template (drift detection); the policies of topics and queues are read
    /// beside, and projects, webhooks and connections are looked at. Every request of a delivery is then asked of what stands.
    /// Last, a probe is put into the build bucket with the caller's credentials and followed to every developer; no pipeline
    /// starts on it, and it is removed again. Each fault comes with what follows from it and how to mend it. Nothing else is
    /// changed. Exits with 1 when something is not as it should be.
    Check(Check),
    /// Send what could not be delivered again, and create anew the stacks that pipelines could not create
    ///
    /// Such stacks stay in `ROLLBACK_COMPLETE`: they are deleted, and their pipelines are started again.
    Redrive(Redrive),
    /// Bring developers' accounts up to date now
    ///
    /// Each subscriber copies the current version of every artifact that is not held, and that is not there yet.
    Sync(Sync),
    /// Start the build of a service, or its pipeline
    ///
    /// For builds without a webhook, and to deploy once more what is there. What follows goes on as after a push; on the local cloud
    /// it is played to the end.
    Run(Run),
    /// Delete the stacks, in reverse order of deployment
    ///
    /// Buckets and keys stay in their accounts unless `--delete-data` is given. Asks first, unless `--yes` is given.
    Destroy(Destroy),
    /// Draw the path of an artifact to production and to every developer
    ///
    /// Writes one self-contained page, `index.html`; the other formats go to standard output.
    Graph(Graph),
    /// The local cloud
    #[command(subcommand)]
    Local(Local),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Show each artifact instead: where it is put, and who makes it
    #[arg(long)]
    pub(super) artifacts: bool,

    /// Show the template of a stack instead, by its name, or `ACCOUNT/REGION/NAME` where several have that
    #[arg(long, value_name = "STACK", conflicts_with = "artifacts")]
    pub(super) template: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Show the whole evaluation of one request, by its name
    #[arg(long, value_name = "REQUEST")]
    pub(super) explain: Option<String>,

    /// Show each request that must be allowed, with its name and the statements that allow it
    #[arg(long, conflicts_with = "explain")]
    pub(super) requests: bool,

    /// Show each request that must be denied, too
    #[arg(long, conflicts_with = "explain")]
    pub(super) all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Permissions {
    /// Which service
    #[arg(value_name = "SERVICE")]
    pub(super) service: String,

    /// Its templates, YAML or JSON, nested ones too
    #[arg(required = true, value_name = "TEMPLATE")]
    pub(super) templates: Vec<PathBuf>,
}

/// Which stacks, and how their accounts are reached.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// The role to assume in every account but the caller's own; `ACCOUNT=NAME` for one account
    #[arg(long, value_name = "[ACCOUNT=]NAME", conflicts_with = "profile")]
    pub(super) role: Vec<NameForAccount>,

    /// The profile of each account; `{account}` stands for its id; `ACCOUNT=NAME` for one account
    #[arg(long, value_name = "[ACCOUNT=]NAME")]
    pub(super) profile: Vec<NameForAccount>,

    /// Use each account's id as its access key, as emulators want it
    #[arg(long, conflicts_with_all = ["role", "profile"])]
    pub(super) account_keys: bool,

    /// Where AWS answers, instead of `AWS_ENDPOINT_URL`
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,

    /// The local cloud, instead of AWS
    #[arg(long, conflicts_with_all = ["role", "profile", "account_keys", "endpoint_url"])]
    pub(super) local: bool,

    /// Only this stack, or those of this developer or service, and what they need
    #[arg(long, value_name = "NAME")]
    pub(super) only: Vec<String>,

    /// Not this stack, nor those of this developer or service
    #[arg(long, value_name = "NAME")]
    pub(super) exclude: Vec<String>,

    /// How many stacks of one account are worked on at once
    #[arg(long, value_name = "STACKS", default_value_t = CONCURRENCY, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(super) concurrency: u16,

    /// Give up an account and region whose calls go on failing, or are not answered, for so long
    #[arg(long, value_name = "SECONDS", default_value_t = CALL_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(super) call_timeout: u64,

    /// Give up a stack in which nothing happens for so long, while it is being changed by whomever [default: 90; local cloud: 1]
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..=10_080))]
    pub(super) stack_timeout: Option<u64>,
}

const CONCURRENCY: u16 = 8;
const CALL_TIMEOUT: u64 = Options::CALL_LIMIT.as_secs();

#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) target: Target,

    /// Write what a pipeline goes by into this file, for a shell to read: `SECURITY_CHANGES=yes` or `no`
    ///
    /// Written where a plan could be made, and the pipeline that updates the team could deploy it.
    #[arg(long, value_name = "FILE")]
    pub(super) variables: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) target: Target,

    /// Ask again every so many seconds, until stopped
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "10", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) watch: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) target: Target,

    /// Look at what must be there before the first deployment: credentials, regions, connections
    #[arg(long, conflicts_with = "no_probe")]
    pub(super) before: bool,

    /// Put no probe into the build bucket
    #[arg(long)]
    pub(super) no_probe: bool,
}

#[derive(Debug, Args)]
pub(super) struct Redrive {
    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Which service
    #[arg(value_name = "SERVICE")]
    pub(super) service: String,

    /// In this developer's account: the build of their fork, or their pipeline
    #[arg(long, value_name = "DEVELOPER")]
    pub(super) developer: Option<String>,

    /// The pipeline, with the artifacts that are there, though the service has a build
    #[arg(long)]
    pub(super) pipeline: bool,

    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Sync {
    /// Whose accounts
    #[arg(required = true, value_name = "DEVELOPER")]
    pub(super) developers: Vec<String>,

    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Deploy {
    #[command(flatten)]
    pub(super) target: Target,

    /// Ask before anything is changed that decides who may do what
    #[arg(long)]
    pub(super) require_approval: bool,

    /// Answer every question with yes
    #[arg(long, short)]
    pub(super) yes: bool,

    /// Destroy the team's stacks that the program does not name any more, wherever they are, such as those of a developer who left;
    /// asks first
    #[arg(long, conflicts_with = "only")]
    pub(super) prune: bool,
}

#[derive(Debug, Args)]
pub(super) struct Destroy {
    #[command(flatten)]
    pub(super) target: Target,

    /// Empty and delete the buckets too, and schedule the keys for deletion
    #[arg(long)]
    pub(super) delete_data: bool,

    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Args)]
pub(super) struct Rehearse {
    /// The service that is built
    pub(super) service: String,

    /// Push to this developer's fork, instead of upstream
    #[arg(long, value_name = "DEVELOPER")]
    pub(super) by: Option<String>,

    /// Give everybody who holds the service a build of their own first
    #[arg(long)]
    pub(super) while_held: bool,

    /// Let this stage of the service's pipeline fail
    #[arg(long, value_name = "STAGE")]
    pub(super) fail: Vec<String>,

    /// Let this developer's account answer nobody for an hour
    #[arg(long, value_name = "DEVELOPER")]
    pub(super) account_down: Vec<String>,

    /// Build twice, and let the first build's announcement come after the second's
    #[arg(long)]
    pub(super) late_event: bool,

    /// Let every announcement arrive twice
    #[arg(long)]
    pub(super) twice: bool,

    /// Approve what asks for it; without, it waits, and the next rehearsal can approve it
    #[arg(long)]
    pub(super) approve: bool,

    /// Let things take longer here and shorter there, in another way for each number
    #[arg(long, value_name = "NUMBER")]
    pub(super) seed: Option<u64>,

    /// The Python, with boto3, that runs the subscriber; without one, its twin in Rust runs
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub(super) python: PathBuf,

    /// Run the subscriber's twin in Rust, even where there is a Python
    #[arg(long, conflicts_with = "python")]
    pub(super) without_python: bool,
}

#[derive(Debug, Args)]
pub(super) struct Graph {
    /// What to draw it as
    #[arg(long, value_enum, default_value_t = Format::Html)]
    pub(super) format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// A page with the drawing and the stacks
    Html,
    /// The drawing alone
    Svg,
    /// A Mermaid flowchart
    Mermaid,
    /// A graph for Graphviz
    Dot,
}

#[derive(Debug, Subcommand)]
pub(super) enum Local {
    /// Serve the local cloud on a port of this machine, for the AWS CLI, boto3 and other tools
    ///
    /// Any 12-digit account is an access key; `AssumeRole` reaches other accounts. It is the cloud that `deploy --local`
    /// deploys to: while it is served, deploy with `--endpoint-url http://127.0.0.1:4599 --account-keys`.
    ///
    /// Only requests to this machine by its own names are answered, and none of pages in a browser.
    Serve(Serve),
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 4599)]
    pub(super) port: u16,

    /// Answer requests whose `Host` is this name too, beside `localhost` and this machine's own addresses
    #[arg(long, value_name = "NAME")]
    pub(super) host_header: Vec<String>,
}

impl Deploy {
    /// What a program without arguments does.
    pub(super) fn local() -> Self {
        Self {
            target: Target {
                role: Vec::new(),
                profile: Vec::new(),
                account_keys: false,
                endpoint_url: None,
                local: true,
                only: Vec::new(),
                exclude: Vec::new(),
                concurrency: CONCURRENCY,
                call_timeout: CALL_TIMEOUT,
                stack_timeout: None,
            },
            require_approval: false,
            yes: false,
            prune: false,
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
