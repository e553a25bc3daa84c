//! Whether a deployed team is what its program says, and what follows where it is not: what stands in the accounts is looked
//! at resource by resource, and every request of the access proof is asked of it.

mod difference;

use std::collections::{BTreeMap, BTreeSet};

use crate::cloudformation::{ReadBack, ResourceKind};
use crate::deploy::{InspectedResource, InspectedStack, ResourceState};
use crate::diagnostic::Diagnostics;
use crate::proof::{Becomes, Consequences, Drift, ResourcePlace, Unreadable, consequences};
use crate::synth::{Assembly, StackId};
use crate::team::Team;
use difference::differences;
use serde_json::Value;

/// As many faults are each looked at by themselves; of more, what follows is told of all together.
const EACH_BY_ITSELF: usize = 25;

/// What was found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Checked {
    /// How many stacks were looked at.
    pub stacks: usize,
    /// How many stacks could not be looked at: where there are others, the templates of these are believed.
    pub unseen: usize,
    /// How many resources.
    pub resources: usize,
    /// How many requests get the answer that they should.
    pub right: usize,
    /// What moves, and how many requests that takes: all of them get the answer that they should.
    pub passed: BTreeMap<String, usize>,
    /// What is wrong, by stack.
    pub faults: Vec<Fault>,
    /// Types of resources that neither CloudFormation nor the program looks at: of these the templates are believed.
    pub not_read: BTreeSet<String>,
}

/// Something that is not as the program says.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fault {
    /// Where; nowhere, where it is what follows from several.
    pub stack: Option<StackId>,
    /// The resource, by its name in the template.
    pub resource: Option<String>,
    /// What: a clause.
    pub what: String,
    /// In what it differs.
    pub differences: Vec<String>,
    /// The requests that are answered otherwise than they should be because of it.
    pub wrong: Diagnostics,
    /// What is never reached because of it.
    pub unreached: BTreeSet<String>,
    /// How to mend it.
    pub mend: String,
}

impl Checked {
    /// Whether all is as the program says.
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }
}

/// The connections that the program names, by ARN: those of builds, of the team's own pipeline and of forks.
pub fn connections(team: &Team) -> BTreeSet<String> {
    let builds = team.pipelines.iter().flat_map(|pipeline| &pipeline.builds);
    let own = team.world.self_update.iter().map(|update| &update.repository);
    let repositories = builds.map(|build| &build.repository).chain(own);
    let forks = team
        .world
        .developers
        .iter()
        .flat_map(|developer| developer.forks.iter());
    repositories
        .map(|repository| repository.connection.arn().to_owned())
        .chain(forks.map(|fork| fork.connection.arn().to_owned()))
        .collect()
}

/// A resource that is not as CloudFormation made it.
struct Changed {
    drift: Drift,
    what: String,
    differences: Vec<String>,
    /// Whether CloudFormation sees it, and so can put it back.
    is_seen: bool,
}

/// What was found, sorted by what has to be done with it.
#[derive(Default)]
struct Sorted {
    /// What is wrong in itself.
    faults: Vec<Fault>,
    resources: usize,
    not_read: BTreeSet<String>,
    keys: BTreeMap<ResourcePlace, String>,
    /// What is not as CloudFormation made it.
    drifts: Vec<Changed>,
    /// Policies that CloudFormation does not compare.
    policies: Vec<Drift>,
}

impl Sorted {
    fn of(inspected: &[InspectedStack]) -> Self {
        let mut sorted = Self::default();
        for stack in inspected {
            match &stack.found {
                Ok(resources) => {
                    sorted.resources += resources.len();
                    for resource in resources {
                        sorted.add(&stack.stack, resource);
                    }
                }
                Err(error) => {
                    let fault = Fault::of(Some(&stack.stack), None, error.to_string(), error.help());
                    sorted.faults.push(fault);
                }
            }
        }
        sorted
    }

    fn add(&mut self, stack: &StackId, resource: &InspectedResource) {
        let InspectedResource {
            logical_id,
            resource_type,
            physical_id,
            state,
            ..
        } = resource;
        let place = (stack.clone(), logical_id.clone());
        if resource_type == ResourceKind::Key.name() {
            self.keys.insert(place.clone(), physical_id.clone());
        }
        match state {
            ResourceState::AsMade => {}
            ResourceState::NotRead => drop(self.not_read.insert(resource_type.clone())),
            ResourceState::Policy(policy) => self.policies.push(Drift {
                place,
                becomes: Becomes::Policy(policy.clone()),
            }),
            ResourceState::Unusable { what, mend } => {
                let fault = Fault::of(Some(stack), Some(logical_id), what.clone(), mend.clone());
                self.faults.push(fault);
            }
            ResourceState::Gone => {
                let becomes = Becomes::Gone;
                self.drifts.push(Changed {
                    drift: Drift { place, becomes },
                    what: format!("`{logical_id}` ({resource_type}) is gone"),
                    differences: Vec::new(),
                    is_seen: is_seen(resource_type),
                });
            }
            ResourceState::Modified { expected, actual } => {
                let becomes = Becomes::Properties(actual.clone());
                self.drifts.push(Changed {
                    drift: Drift { place, becomes },
                    what: format!("`{logical_id}` ({resource_type}) was changed"),
                    differences: differences(expected, actual),
                    is_seen: true,
                });
            }
        }
    }
}

/// Whether CloudFormation finds what is done to such a resource, and so can mend it.
fn is_seen(resource_type: &str) -> bool {
    ResourceKind::named(resource_type).is_some_and(|kind| kind.facts().read_back == ReadBack::DriftDetection)
}

impl Fault {
    fn of(stack: Option<&StackId>, resource: Option<&str>, what: String, mend: String) -> Self {
        Self {
            stack: stack.cloned(),
            resource: resource.map(ToOwned::to_owned),
            what,
            differences: Vec::new(),
            wrong: Diagnostics::new(),
            unreached: BTreeSet::new(),
            mend,
        }
    }

    fn followed_by(mut self, follows: Consequences) -> Self {
        self.wrong = follows.diagnostics();
        self.unreached = follows.unreached;
        self
    }
}

/// Compares what was found with what the program says.
///
/// # Errors
/// When a template or a policy cannot be read.
pub fn check(team: &Team, assembly: &Assembly, inspected: &[InspectedStack]) -> Result<Checked, Unreadable> {
    let Sorted {
        mut faults,
        resources,
        not_read,
        keys,
        mut drifts,
        policies,
    } = Sorted::of(inspected);
    let follows = |drifts: &[Drift]| consequences(team, assembly, drifts, &keys);
    // Policies that CloudFormation does not compare are asked: one that answers as the template's does is as good.
    let mut right = follows(&policies)?;
    if !right.holds() {
        for policy in policies {
            if !follows(std::slice::from_ref(&policy))?.holds() {
                drifts.push(Changed {
                    what: format!("the policy `{}` was changed", policy.place.1),
                    drift: policy,
                    differences: Vec::new(),
                    is_seen: false,
                });
            }
        }
    }
    let each = drifts.len() <= EACH_BY_ITSELF;
    let together: Vec<Drift> = drifts.iter().map(|changed| changed.drift.clone()).collect();
    for changed in drifts {
        let drift = changed.drift;
        let (stack, resource) = &drift.place;
        let mend = if changed.is_seen {
            mend(assembly, stack)
        } else {
            mend_by_hand(assembly, stack, resource)
        };
        let mut fault = Fault::of(Some(stack), Some(resource), changed.what, mend);
        fault.differences = changed.differences;
        faults.push(if each {
            fault.followed_by(follows(std::slice::from_ref(&drift))?)
        } else {
            fault
        });
    }
    faults.sort_by(|a, b| (&a.stack, &a.resource).cmp(&(&b.stack, &b.resource)));
    if !together.is_empty() {
        right = follows(&together)?;
    }
    let seen = inspected.iter().filter(|stack| stack.found.is_ok()).count();
    let (requests, passed) = match seen {
        // Nothing was asked of anything that stands.
        0 => (0, BTreeMap::new()),
        _ => (right.right(), right.passed()),
    };
    if !each {
        let (what, mend) = ("what follows from all of these", "mend those above");
        let fault = Fault::of(None, None, what.to_owned(), mend.to_owned());
        faults.push(fault.followed_by(right));
    }
    Ok(Checked {
        stacks: seen,
        unseen: inspected.len() - seen,
        resources,
        right: requests,
        passed,
        faults,
        not_read,
    })
}

/// What CloudFormation does not see, it does not put back.
fn mend_by_hand(assembly: &Assembly, id: &StackId, resource: &str) -> String {
    let stack = assembly.stacks().iter().find(|stack| stack.id == *id);
    let template = stack.map_or_else(String::new, |stack| stack.template.to_string());
    format!(
        "CloudFormation does not look at this type: put back by hand what `{resource}` is in templates/{template}.json of the \
         assembly"
    )
}

/// CloudFormation itself can put back what its template says, with the parameters that the stack has.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
fn mend(assembly: &Assembly, id: &StackId) -> String {
    let Some(stack) = assembly.stacks().iter().find(|stack| stack.id == *id) else {
        return String::new();
    };
    let template: Value = serde_json::from_str(assembly.template(stack)).unwrap_or_default();
    let parameters = template.get("Parameters").and_then(Value::as_object);
    let mut kept = String::new();
    for name in parameters.into_iter().flatten().map(|(name, _)| name) {
        kept.push_str(" ParameterKey=");
        kept.push_str(name);
        kept.push_str(",UsePreviousValue=true");
    }
    let parameters = if kept.is_empty() { "" } else { " --parameters" };
    let (region, name) = (stack.region, &stack.stack_name);
    format!(
        "put back what the template says, in account {}: aws cloudformation create-change-set --region {region} --stack-name \
         {name} --change-set-name put-back --use-previous-template --deployment-mode REVERT_DRIFT --capabilities \
         CAPABILITY_NAMED_IAM{parameters}{kept} && aws cloudformation execute-change-set --region {region} --stack-name \
         {name} --change-set-name put-back",
        stack.account,
    )
}
