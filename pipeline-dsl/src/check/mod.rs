//! Whether a deployed team is what its program says, and what follows where it is not: what stands in the accounts is looked
//! at resource by resource, and every request of the access proof is asked of it.

mod difference;

use std::collections::{BTreeMap, BTreeSet};

use crate::deploy::{InspectedStack, ResourceState};
use crate::diagnostic::Diagnostics;
use crate::proof::{Becomes, Drift, ResourcePlace, Unreadable, consequences};
use crate::synth::{Assembly, StackId};
use crate::team::Team;
use difference::differences;

/// As many faults are each looked at by themselves; of more, what follows is told of all together.
const EACH_BY_ITSELF: usize = 25;

/// What was found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Checked {
    /// How many stacks were looked at.
    pub stacks: usize,
    /// How many resources.
    pub resources: usize,
    /// How many requests get the answer that they should.
    pub right: usize,
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

/// Compares what was found with what the program says.
///
/// # Errors
/// When a template or a policy cannot be read.
pub fn check(team: &Team, assembly: &Assembly, inspected: &[InspectedStack]) -> Result<Checked, Unreadable> {
    let mut checked = Checked {
        stacks: inspected.len(),
        ..Checked::default()
    };
    let mut keys: BTreeMap<ResourcePlace, String> = BTreeMap::new();
    let (mut drifts, mut policies) = (Vec::new(), Vec::new());
    for stack in inspected {
        let resources = match &stack.found {
            Ok(resources) => resources,
            Err(error) => {
                checked.faults.push(Fault {
                    stack: Some(stack.stack.clone()),
                    resource: None,
                    what: error.to_string(),
                    differences: Vec::new(),
                    wrong: Diagnostics::new(),
                    unreached: BTreeSet::new(),
                    mend: "deploy it: `deploy`".to_owned(),
                });
                continue;
            }
        };
        checked.resources += resources.len();
        for resource in resources {
            let place = (stack.stack.clone(), resource.logical_id.clone());
            if resource.resource_type == "AWS::KMS::Key" {
                keys.insert(place.clone(), resource.physical_id.clone());
            }
            let drift = |becomes| Drift {
                place: place.clone(),
                becomes,
            };
            match &resource.state {
                ResourceState::AsMade => {}
                ResourceState::NotRead => {
                    checked.not_read.insert(resource.resource_type.clone());
                }
                ResourceState::Policy(policy) => policies.push(drift(Becomes::Policy(policy.clone()))),
                ResourceState::Unusable { what, mend } => checked.faults.push(Fault {
                    stack: Some(stack.stack.clone()),
                    resource: Some(resource.logical_id.clone()),
                    what: what.clone(),
                    differences: Vec::new(),
                    wrong: Diagnostics::new(),
                    unreached: BTreeSet::new(),
                    mend: mend.clone(),
                }),
                ResourceState::Gone => {
                    let what = format!("`{}` ({}) is gone", resource.logical_id, resource.resource_type);
                    drifts.push((drift(Becomes::Gone), what, Vec::new()));
                }
                ResourceState::Modified { expected, actual } => {
                    let what = format!(
                        "`{}` ({}) was changed",
                        resource.logical_id, resource.resource_type
                    );
                    let differences = differences(expected, actual);
                    drifts.push((drift(Becomes::Properties(actual.clone())), what, differences));
                }
            }
        }
    }
    // Policies that CloudFormation does not compare are asked: one that answers as the template's does is as good.
    let all = consequences(team, assembly, &policies, &keys)?;
    checked.right = all.right();
    if !all.holds() {
        for policy in policies {
            let alone = consequences(team, assembly, std::slice::from_ref(&policy), &keys)?;
            if !alone.holds() {
                let what = format!("the policy `{}` was changed", policy.place.1);
                drifts.push((policy, what, Vec::new()));
            }
        }
    }
    let each = drifts.len() <= EACH_BY_ITSELF;
    let together: Vec<Drift> = drifts.iter().map(|(drift, _, _)| drift.clone()).collect();
    for (drift, what, differences) in drifts {
        let mut fault = Fault {
            mend: mend(&drift.place.0),
            stack: Some(drift.place.0.clone()),
            resource: Some(drift.place.1.clone()),
            what,
            differences,
            wrong: Diagnostics::new(),
            unreached: BTreeSet::new(),
        };
        if each {
            let follows = consequences(team, assembly, std::slice::from_ref(&drift), &keys)?;
            fault.wrong = follows.diagnostics();
            fault.unreached = follows.unreached;
        }
        checked.faults.push(fault);
    }
    if !together.is_empty() {
        let follows = consequences(team, assembly, &together, &keys)?;
        checked.right = follows.right();
        if !each {
            checked.faults.push(Fault {
                stack: None,
                resource: None,
                what: "what follows from all of these".to_owned(),
                differences: Vec::new(),
                wrong: follows.diagnostics(),
                unreached: follows.unreached,
                mend: "mend those above".to_owned(),
            });
        }
    }
    checked
        .faults
        .sort_by(|a, b| (&a.stack, &a.resource).cmp(&(&b.stack, &b.resource)));
    Ok(checked)
}

/// CloudFormation itself can put back what its template says.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
fn mend(stack: &StackId) -> String {
    let mut parts = stack.as_str().split('/');
    let (account, region, name) = (parts.next(), parts.next(), parts.next());
    format!(
        "put back what the template says, in account {}: aws cloudformation create-change-set --region {} --stack-name {} \
         --change-set-name put-back --use-previous-template --deployment-mode REVERT_DRIFT --capabilities \
         CAPABILITY_NAMED_IAM, then execute-change-set",
        account.unwrap_or_default(),
        region.unwrap_or_default(),
        name.unwrap_or_default()
    )
}
