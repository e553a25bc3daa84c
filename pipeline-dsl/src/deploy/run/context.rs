use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::OnceCell;

use super::options::Options;
use super::places::{self, StackPlace};
use super::template_store::TemplateStore;
use crate::deploy::aws::{Aws, session_name};
use crate::deploy::report::event::Observer;
use crate::model::{Region, TeamName};
use crate::synth::{Assembly, Digest, StackId};

/// Our change sets and tokens begin with it.
pub(crate) const PREFIX: &str = "pipeline-dsl-";

/// What all stacks of a deployment share.
pub(crate) struct DeployContext {
    pub(crate) aws: Arc<Aws>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) options: Options,
    pub(crate) team: TeamName,
    /// The stack that remembers where there are stacks.
    pub(crate) keeper: Option<StackId>,
    /// Every place that the program names.
    pub(crate) named_places: BTreeSet<StackPlace>,
    /// Those that need not be remembered any more.
    pub(crate) pruned: BTreeSet<StackPlace>,
    pub(crate) templates: TemplateStore,
    /// The region of the build account in which the team has its build stack, where it is another than the program says.
    pub(crate) build_elsewhere: OnceCell<Option<Region>>,
    /// Known as soon as something is written.
    run: OnceCell<String>,
    /// So many tokens were given.
    tokens: AtomicU64,
}

impl DeployContext {
    pub(crate) fn new(
        assembly: &Assembly,
        aws: Arc<Aws>,
        options: Options,
        observer: Arc<dyn Observer>,
        pruned: BTreeSet<StackPlace>,
    ) -> Self {
        Self {
            build_elsewhere: OnceCell::new(),
            run: OnceCell::new(),
            tokens: AtomicU64::new(0),
            named_places: places::named(assembly),
            keeper: places::keeper(assembly).map(|stack| stack.id.clone()),
            team: assembly.team(),
            templates: TemplateStore::default(),
            aws,
            observer,
            options,
            pruned,
        }
    }

    /// A name for one thing that is asked for, which nothing else has in this or in any other run:
    /// `pipeline-dsl-1a2b3c4d-alice-7`.
    pub(crate) async fn token(&self) -> String {
        let number = self.tokens.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{PREFIX}{}-{number}", self.run().await)
    }

    /// This run, and who runs it: `1a2b3c4d-alice`.
    async fn run(&self) -> &str {
        let name = async {
            let who = match &self.options.who {
                Some(who) => session_name(who),
                None => self.aws.caller_name().await,
            };
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let unique = Digest::of(format!("{}-{}", now.as_nanos(), std::process::id()));
            format!("{}-{who}", unique.as_str().get(..8).unwrap_or_default())
        };
        self.run.get_or_init(|| name).await
    }
}
