//! What is done next with one stack: decided from what is seen of it, what it should come to, and what was tried so far.
//!
//! Nothing is called here and no time passes. `docs/deployment.md` says the same in words: its tables are the test.

use crate::deploy::printable::printable;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::PREFIX;
use crate::deploy::state::stack_state::{BlockingResource, StackState};
use crate::deploy::state::status::{Phase, Status};
use crate::model::TeamName;

/// What a stack should come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// It is as the program says.
    Deploy,
    /// It is known what a deployment would do first.
    Plan,
    /// It is gone.
    Remove,
}

/// What is seen of a stack.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    /// The team that wants it.
    pub(crate) team: TeamName,
    /// By what else than its tags the stack is the team's.
    pub(crate) claim: Claim<'a>,
    /// The stack; none, where there is none of that name.
    pub(crate) stack: Option<&'a StackState>,
    /// The names of its change sets, once they were listed.
    pub(crate) change_sets: Option<Vec<String>>,
    /// What blocks it, once its events were read.
    pub(crate) blocking: Option<Vec<BlockingResource>>,
}

/// By what a stack is the team's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim<'a> {
    /// By its tags alone.
    Tags,
    /// By the role that it is deployed with, too: a pipeline of a service has deployed it.
    DeployedWith(&'a str),
    /// By the change set that waits on it, too: a pipeline of a service has prepared it, and there is nothing else of it.
    PreparedAs(&'a str),
}

/// What was tried so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tried {
    /// The last call, and what the stack was in then: a moment ago, so that it may not show yet.
    pub(crate) pending: Option<(StackCall, Status)>,
    /// So many calls were made, or so often it was looked again because nothing explained why they did not help.
    pub(crate) times: u32,
}

/// What CloudFormation is asked to do with the stack as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StackCall {
    /// `DeleteStack`
    Delete,
    /// `RollbackStack`
    RollBack,
    /// `ContinueUpdateRollback`
    ContinueRollback,
}

/// What takes a call of its own to see, and is only looked at where the decision depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    ChangeSets,
    Blocking,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Something is being done to the stack.
    Operation,
    /// The last call does not show yet.
    Effect,
    /// Nothing has failed, and still the call did not help: somebody else is at it. It counts as a try.
    Unexplained,
}

/// What is done next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing any more: the stack is gone.
    Gone,
    /// A change set creates it.
    Create,
    /// It is compared with the program, and a change set changes what differs.
    Update,
    /// CloudFormation is asked for this.
    Call(StackCall),
    /// It is looked at again later.
    Wait(Wait),
    /// Nothing blocks it, and no call helps.
    GiveUp,
    /// It is not to be touched.
    Refuse(StackError),
}

/// A step, or what has to be seen before there can be one.
#[derive(Debug)]
pub(crate) enum Decision {
    See(Fact),
    Do(Step),
}

/// So often it is looked again where nothing blocks.
const UNEXPLAINED: u32 = 8;

/// So often the same is asked for; what blocks then blocks for good.
const fn most_calls(goal: Goal) -> u32 {
    match goal {
        Goal::Deploy | Goal::Plan => 2,
        Goal::Remove => 3,
    }
}

/// Decides what is done next.
pub(crate) fn decide(seen: &Seen<'_>, goal: Goal, tried: &Tried) -> Decision {
    use Phase::{
        Broken, Complete, CreationFailed, CreationRolledBack, Deleted, DeletionFailed, InProgress, Reviewing,
        RollbackFailed, RolledBack, UpdateFailed,
    };
    use StackCall::{ContinueRollback, Delete, RollBack};

    let Some((stack, phase)) = seen.stack.map(|stack| (stack, stack.status.phase())) else {
        return Decision::Do(absent(goal));
    };
    if let Some(refused) = whose(seen, stack, phase) {
        return refused;
    }
    let call = |call| request(call, seen, stack, goal, tried);
    #[allow(clippy::match_same_arms, reason = "each goal has rows of its own")]
    match (phase, goal) {
        (Deleted, goal) => Decision::Do(absent(goal)),
        (InProgress, _) => Decision::Do(Step::Wait(Wait::Operation)),
        (Reviewing, Goal::Deploy | Goal::Plan) => Decision::Do(Step::Create),
        (Complete | RolledBack, Goal::Deploy | Goal::Plan) => Decision::Do(Step::Update),
        // It has no resources worth keeping, and nothing but deletion is possible.
        (CreationRolledBack | CreationFailed | DeletionFailed, Goal::Deploy | Goal::Plan) => call(Delete),
        (UpdateFailed, Goal::Deploy | Goal::Plan) => call(RollBack),
        (RollbackFailed, Goal::Deploy | Goal::Plan) => call(ContinueRollback),
        (Broken, Goal::Deploy | Goal::Plan) => refuse(StackError::Blocked(stack.status.clone())),
        (
            Reviewing | Complete | RolledBack | CreationRolledBack | CreationFailed | DeletionFailed
            | UpdateFailed | RollbackFailed | Broken,
            Goal::Remove,
        ) => call(Delete),
    }
}

fn absent(goal: Goal) -> Step {
    match goal {
        Goal::Deploy | Goal::Plan => Step::Create,
        Goal::Remove => Step::Gone,
    }
}

fn refuse(error: StackError) -> Decision {
    Decision::Do(Step::Refuse(error))
}

/// What is not ours is not touched. Nothing, where it is, or where it is too early to tell.
fn whose(seen: &Seen<'_>, stack: &StackState, phase: Phase) -> Option<Decision> {
    let prepared = match seen.claim {
        Claim::DeployedWith(role) if stack.role.as_deref() == Some(role) => return None,
        Claim::PreparedAs(change_set) => Some(change_set),
        Claim::Tags | Claim::DeployedWith(_) => None,
    };
    match phase {
        Phase::Deleted | Phase::InProgress => None,
        // It has no tags yet: its change sets tell whose it is. Ours are taken over.
        Phase::Reviewing => match &seen.change_sets {
            None => Some(Decision::See(Fact::ChangeSets)),
            Some(names) => {
                let foreign = names
                    .iter()
                    .find(|name| !name.starts_with(PREFIX) && Some(name.as_str()) != prepared)?;
                Some(refuse(StackError::ForeignChangeSet {
                    change_set: printable(foreign),
                }))
            }
        },
        Phase::Complete
        | Phase::RolledBack
        | Phase::CreationRolledBack
        | Phase::CreationFailed
        | Phase::UpdateFailed
        | Phase::RollbackFailed
        | Phase::DeletionFailed
        | Phase::Broken => (!stack.is_of(seen.team)).then(|| {
            refuse(StackError::NotOurs {
                team: seen.team.to_string(),
            })
        }),
    }
}

/// Asks for this, unless it was asked for often enough.
fn request(call: StackCall, seen: &Seen<'_>, stack: &StackState, goal: Goal, tried: &Tried) -> Decision {
    let pending = |(asked, status): &(StackCall, Status)| *asked == call && *status == stack.status;
    if tried.pending.as_ref().is_some_and(pending) {
        return Decision::Do(Step::Wait(Wait::Effect));
    }
    if call == StackCall::Delete && stack.termination_protection {
        return refuse(StackError::TerminationProtected {
            stack_name: stack.name.clone(),
            status: stack.status.clone(),
        });
    }
    let most = most_calls(goal);
    if tried.times < most {
        return Decision::Do(Step::Call(call));
    }
    match seen.blocking.as_deref() {
        None => Decision::See(Fact::Blocking),
        Some([]) if tried.times < most + UNEXPLAINED => Decision::Do(Step::Wait(Wait::Unexplained)),
        Some([]) => Decision::Do(Step::GiveUp),
        Some(resources) => refuse(match call {
            StackCall::Delete => StackError::DeletionBlocked {
                resources: resources.to_vec(),
            },
            StackCall::ContinueRollback => StackError::RollbackBlocked {
                stack_name: stack.name.clone(),
                resources: resources.to_vec(),
            },
            StackCall::RollBack => StackError::Blocked(stack.status.clone()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Claim, Decision, Fact, Goal, PREFIX, Seen, StackCall, Step, Tried, Wait, decide};
    use crate::deploy::report::outcome::StackError;
    use crate::deploy::state::stack_state::{BlockingResource, StackState};
    use crate::deploy::state::status::Status;
    use crate::model::{OWNER_TAG, TeamName};

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
    const STATUSES: &[&str] = &[
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "CREATE_IN_PROGRESS",
        "DELETE_FAILED",
        "DELETE_IN_PROGRESS",
        "IMPORT_COMPLETE",
        "IMPORT_IN_PROGRESS",
        "IMPORT_ROLLBACK_COMPLETE",
        "IMPORT_ROLLBACK_FAILED",
        "IMPORT_ROLLBACK_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_FAILED",
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
        "UPDATE_ROLLBACK_IN_PROGRESS",
    ];

    fn team() -> TeamName {
        TeamName::try_from("acme").unwrap()
    }

    fn stack(status: &str) -> StackState {
        StackState {
            stack_id: "arn:aws:cloudformation:us-east-1:111111111111:stack/acme-build/1".to_owned(),
            name: "acme-build".to_owned(),
            created: String::new(),
            updated: String::new(),
            status: Status::new(status),
            parameters: BTreeMap::new(),
            outputs: BTreeMap::new(),
            tags: BTreeMap::from([(OWNER_TAG.to_owned(), "acme".to_owned())]),
            termination_protection: false,
            role: None,
            is_nested: false,
            reason: String::new(),
        }
    }

    /// What is decided of a stack: its change sets are of this name, and this blocks it.
    struct Case<'a> {
        stack: Option<&'a StackState>,
        change_set: String,
        blocking: Vec<BlockingResource>,
        tried: Tried,
        asked: BTreeSet<&'static str>,
    }

    impl<'a> Case<'a> {
        fn of(stack: Option<&'a StackState>) -> Self {
            Self {
                stack,
                change_set: format!("{PREFIX}1a2b3c4d-alice-7"),
                blocking: Vec::new(),
                tried: Tried::default(),
                asked: BTreeSet::new(),
            }
        }

        fn tried(mut self, times: u32) -> Self {
            self.tried.times = times;
            self
        }

        fn blocked(mut self) -> Self {
            self.blocking.push(BlockingResource {
                logical_id: "Bucket".to_owned(),
                resource_type: "AWS::S3::Bucket".to_owned(),
                reason: "it is not empty".to_owned(),
            });
            self
        }

        fn step(&mut self, goal: Goal) -> Step {
            let mut seen = Seen {
                claim: Claim::Tags,
                team: team(),
                stack: self.stack,
                change_sets: None,
                blocking: None,
            };
            loop {
                match decide(&seen, goal, &self.tried) {
                    Decision::Do(step) => return step,
                    Decision::See(Fact::ChangeSets) => {
                        assert!(self.asked.insert("change sets"));
                        seen.change_sets = Some(vec![self.change_set.clone()]);
                    }
                    Decision::See(Fact::Blocking) => {
                        assert!(self.asked.insert("what blocks"));
                        seen.blocking = Some(self.blocking.clone());
                    }
                }
            }
        }
    }

    /// The step in a word: as a cell of the page is checked.
    fn word(step: &Step) -> &'static str {
        match step {
            Step::Gone => "gone",
            Step::Create => "create",
            Step::Update => "update",
            Step::Call(StackCall::Delete) => "delete",
            Step::Call(StackCall::RollBack) => "roll back",
            Step::Call(StackCall::ContinueRollback) => "continue rollback",
            Step::Wait(Wait::Operation) => "wait for the operation",
            Step::Wait(Wait::Effect) => "wait for the effect",
            Step::Wait(Wait::Unexplained) => "look again",
            Step::GiveUp => "give up",
            Step::Refuse(_) => "refuse",
        }
    }

    /// The rows of the table of the page that has this head.
    fn rows(head: &str) -> Vec<Vec<String>> {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/deployment.md");
        let page = std::fs::read_to_string(page).unwrap();
        let lines = page.lines().skip_while(|line| *line != head).skip(2);
        let rows: Vec<Vec<String>> = lines
            .take_while(|line| line.starts_with('|'))
            .map(|line| {
                let cells = line.trim_matches('|').split(" | ");
                cells.map(|cell| cell.trim().to_owned()).collect()
            })
            .collect();
        assert!(rows.len() > 3, "docs/deployment.md has no table `{head}`");
        rows
    }

    /// The statuses that the first cell of a row names.
    fn statuses(cell: &str) -> Vec<Option<&'static str>> {
        if cell == "nothing: it is not there" {
            return vec![None];
        }
        let is_named: Box<dyn Fn(&str) -> bool> = if cell == "any other `…_IN_PROGRESS`" {
            Box::new(|status| status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS")
        } else {
            Box::new(|status| cell.split(", ").any(|named| named == format!("`{status}`")))
        };
        let named: Vec<_> = STATUSES.iter().filter(|status| is_named(status)).collect();
        assert!(
            cell.starts_with("any other ") || named.len() == cell.split(", ").count(),
            "{cell}"
        );
        named.into_iter().map(|status| Some(*status)).collect()
    }

    /// Whether a stack is dealt with as a cell of the page says.
    fn holds(cell: &str, goal: Goal, state: Option<&StackState>) {
        let of = |mut case: Case<'_>| word(&case.step(goal));
        let first = of(Case::of(state));
        let foreign = || {
            let mut case = Case::of(state);
            case.change_set = "console".to_owned();
            let step = case.step(goal);
            assert!(
                matches!(step, Step::Refuse(StackError::ForeignChangeSet { .. })),
                "{cell}"
            );
        };
        // What was asked for so often does not help, and something blocks.
        let blocks = |times| {
            assert_eq!(of(Case::of(state).tried(times - 1).blocked()), first, "{cell}");
            match Case::of(state).tried(times).blocked().step(goal) {
                Step::Refuse(error) => format!("{error}; {}", error.help().unwrap_or_default()),
                step => panic!("{cell}: {step:?}"),
            }
        };
        let expected = match cell {
            "created, by a change set" | "that it is created" => "create",
            "nothing" => "gone",
            "nothing, if template, parameters and tags are those of the program; else changed by a change set"
            | "what the change set would change" => "update",
            "taken over, if all change sets on it are ours (`pipeline-dsl-…`); else refused"
            | "that it is created, if all change sets on it are ours; else refused" => {
                foreign();
                "create"
            }
            "deleted, if all change sets on it are ours; else refused" => {
                foreign();
                "delete"
            }
            "waited for, and said who is at it and since when, as far as the events tell"
            | "that it is busy"
            | "waited for" => "wait for the operation",
            "deleted, then created: nothing else is possible"
            | "that it is deleted and created"
            | "deleted" => "delete",
            "deleted again, then created; what blocks twice is named with its reason" => {
                assert!(blocks(2).contains("`Bucket` (AWS::S3::Bucket): it is not empty"));
                "delete"
            }
            "deleted again; what blocks three times is named with its reason" => {
                assert!(blocks(3).contains("`Bucket` (AWS::S3::Bucket): it is not empty"));
                "delete"
            }
            "rolled back, then changed" => "roll back",
            "how the templates differ" => {
                assert!(
                    matches!(first, "roll back" | "continue rollback"),
                    "{cell}: {first}"
                );
                first
            }
            "the rollback is continued, then changed; what blocks twice is named, with the command that skips it" =>
            {
                assert!(blocks(2).contains("--resources-to-skip Bucket"));
                "continue rollback"
            }
            "refused: somebody has to look" | "refused" => "refuse",
            other => panic!("docs/deployment.md says `{other}`, and no case does"),
        };
        assert_eq!(
            first,
            expected,
            "`{cell}` of {:?}",
            state.map(|state| state.status.as_str())
        );
    }

    #[test]
    fn each_status_is_dealt_with_as_the_page_says() {
        let mut said = BTreeSet::new();
        for row in rows("| the stack is in | `deploy` | `plan` says | `destroy` |") {
            let [first, deploy, plan, remove] = row.as_slice() else {
                panic!("{row:?}");
            };
            for status in statuses(first) {
                assert!(said.insert(status), "{status:?} stands in two rows");
                let state = status.map(stack);
                holds(deploy, Goal::Deploy, state.as_ref());
                holds(plan, Goal::Plan, state.as_ref());
                holds(remove, Goal::Remove, state.as_ref());
            }
        }
        let missing: Vec<_> = STATUSES
            .iter()
            .filter(|status| !said.contains(&Some(**status)))
            .collect();
        assert_eq!(
            missing,
            Vec::<&&str>::new(),
            "docs/deployment.md does not name them"
        );
    }

    /// A stack that a pipeline has deployed has none of our tags: it is removed for its role, whatever it is in, and nobody else's
    /// is.
    #[test]
    fn what_is_deployed_with_a_role_of_ours_is_removed() {
        let role = "arn:aws:iam::111111111111:role/acme/delivery/deployment/acme-orders-deployment-us-east-1";
        for status in STATUSES {
            let mut state = stack(status);
            state.tags.clear();
            state.role = Some(role.to_owned());
            let seen = |deployed_with: Option<&'static str>| Seen {
                team: team(),
                claim: deployed_with.map_or(Claim::Tags, Claim::DeployedWith),
                stack: Some(&state),
                change_sets: None,
                blocking: None,
            };
            let step = |deployed_with| match decide(&seen(deployed_with), Goal::Remove, &Tried::default()) {
                Decision::Do(step) => word(&step),
                Decision::See(_) => "look",
            };
            let ours = stack(status);
            let as_ours = word(&Case::of(Some(&ours)).step(Goal::Remove));
            assert_eq!(step(Some(role)), as_ours, "{status}");
            let settled = as_ours == "delete" && *status != "REVIEW_IN_PROGRESS";
            for other in [None, Some("arn:aws:iam::111111111111:role/other")] {
                assert!(!settled || step(other) == "refuse", "{status} {other:?}");
            }
        }
    }

    /// A stack that a pipeline has only prepared is removed for its change set, and that of nobody else is.
    #[test]
    fn what_a_pipeline_of_ours_has_prepared_is_removed() {
        let mut state = stack("REVIEW_IN_PROGRESS");
        state.tags.clear();
        let step = |claim, change_set: &str| {
            let seen = Seen {
                team: team(),
                claim,
                stack: Some(&state),
                change_sets: Some(vec![change_set.to_owned()]),
                blocking: None,
            };
            match decide(&seen, Goal::Remove, &Tried::default()) {
                Decision::Do(step) => word(&step),
                Decision::See(_) => "look",
            }
        };
        assert_eq!(
            step(Claim::PreparedAs("acme-pipeline"), "acme-pipeline"),
            "delete"
        );
        assert_eq!(
            step(Claim::PreparedAs("acme-pipeline"), "globex-pipeline"),
            "refuse"
        );
        assert_eq!(step(Claim::Tags, "acme-pipeline"), "refuse");
    }

    const GOALS: [Goal; 3] = [Goal::Deploy, Goal::Plan, Goal::Remove];

    /// The statuses in which it is known whose a stack is, and that it is at rest.
    fn at_rest() -> impl Iterator<Item = &'static str> {
        STATUSES
            .iter()
            .copied()
            .filter(|status| !status.ends_with("_IN_PROGRESS"))
    }

    #[test]
    fn what_comes_first_is_as_the_page_says() {
        for row in rows("| what is seen | what is done |") {
            let [seen, done] = row.as_slice() else {
                panic!("{row:?}");
            };
            match (seen.as_str(), done.as_str()) {
                (
                    "its tag `pipeline-dsl:team` is missing, or another team's",
                    "refused by `deploy`, `plan` and `destroy`",
                ) => {
                    for (status, goal) in at_rest().flat_map(|status| GOALS.map(|goal| (status, goal))) {
                        let (mut untagged, mut others) = (stack(status), stack(status));
                        untagged.tags.clear();
                        others.tags.insert(OWNER_TAG.to_owned(), "other".to_owned());
                        for state in [untagged, others] {
                            let step = Case::of(Some(&state)).step(goal);
                            assert!(
                                matches!(step, Step::Refuse(StackError::NotOurs { .. })),
                                "{status}"
                            );
                        }
                    }
                }
                (
                    "it would have to be deleted, and has termination protection",
                    "refused, with the command that takes it off",
                ) => {
                    let mut refused = 0;
                    for (status, goal) in at_rest().flat_map(|status| GOALS.map(|goal| (status, goal))) {
                        let mut state = stack(status);
                        let before = Case::of(Some(&state)).step(goal);
                        state.termination_protection = true;
                        match (before, Case::of(Some(&state)).step(goal)) {
                            (Step::Call(StackCall::Delete), Step::Refuse(error)) => {
                                refused += 1;
                                let command = "--no-enable-termination-protection --stack-name acme-build";
                                assert!(error.help().unwrap().contains(command));
                            }
                            (before, after) => assert_eq!(word(&before), word(&after), "{status}"),
                        }
                    }
                    // Four statuses for each goal that would have to delete, and all others for the removal.
                    assert_eq!(refused, 4 + 4 + at_rest().count());
                }
                ("what was asked for a moment ago does not show yet", "waited for") => {
                    for (status, goal) in at_rest().flat_map(|status| GOALS.map(|goal| (status, goal))) {
                        let state = stack(status);
                        if let Step::Call(call) = Case::of(Some(&state)).step(goal) {
                            let mut case = Case::of(Some(&state)).tried(1);
                            case.tried.pending = Some((call, state.status.clone()));
                            assert_eq!(word(&case.step(goal)), "wait for the effect", "{status}");
                            // What it comes to then is looked at anew.
                            case.tried.pending = Some((call, Status::new("ANOTHER")));
                            assert_eq!(word(&case.step(goal)), word(&Step::Call(call)), "{status}");
                        }
                    }
                }
                (
                    "what was asked for twice did not help (by `destroy`: three times), and nothing blocks",
                    "looked at again, eight times; then given up",
                ) => {
                    for (status, goal) in at_rest().flat_map(|status| GOALS.map(|goal| (status, goal))) {
                        let state = stack(status);
                        let first = Case::of(Some(&state)).step(goal);
                        if !matches!(first, Step::Call(_)) {
                            continue;
                        }
                        let most = if goal == Goal::Remove { 3 } else { 2 };
                        for times in 0..most + 10 {
                            let expected = match times {
                                _ if times < most => word(&first),
                                _ if times < most + 8 => "look again",
                                _ => "give up",
                            };
                            let step = Case::of(Some(&state)).tried(times).step(goal);
                            assert_eq!(word(&step), expected, "{status} after {times}");
                        }
                    }
                }
                (seen, done) => panic!("docs/deployment.md says `{seen}`: `{done}`, and no case does"),
            }
        }
        assert_eq!(rows("| what is seen | what is done |").len(), 4);
    }
}
