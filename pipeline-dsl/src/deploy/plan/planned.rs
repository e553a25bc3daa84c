//! What a plan says.

use std::collections::BTreeMap;

use serde::Serialize;

use super::guards::GuardChange;
use super::permissions::PermissionChange;
use super::reasons::Reason;
use super::same_permissions::policy_properties;
use super::values::PropertyChange;
use crate::cloudformation::ResourceKind;
use crate::deploy::report::outcome::{RetainedResource, StackError};
use crate::deploy::state::stack_state::ResourceChange;
use crate::synth::StackId;

/// What a deployment would do.
#[derive(Debug, Default)]
pub struct Plan {
    /// The stacks of the program, in dependency order.
    pub stacks: Vec<StackPlan>,
    /// The team's stacks that the program does not name any more.
    pub orphans: Vec<LeavingStack>,
    /// The stacks that a pipeline of the team has deployed or prepared, and that none deploys any more.
    pub abandoned: Vec<AbandonedStack>,
    /// The stacks beside the team's own in its accounts and regions, each with the role that it is deployed with, by ARN.
    pub others: BTreeMap<StackId, Option<String>>,
    /// Accounts and regions that could not be searched for such stacks, each with the reason.
    pub unsearched: Vec<(String, StackError)>,
}

/// What a deployment would do to a stack.
#[derive(Debug)]
pub struct StackPlan {
    /// Which.
    pub stack: StackId,
    /// What.
    pub action: PlannedAction,
    /// Why it is changed, where it is there already.
    pub reasons: Vec<Reason>,
    /// The changes of its resources.
    pub changes: Vec<PlannedChange>,
}

/// A stack that the program does not name: `deploy --prune` destroys it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LeavingStack {
    /// Which.
    pub stack: StackId,
    /// The stacks that pipelines of services have deployed with its roles.
    pub services: Vec<LeavingService>,
    /// What stays in its account.
    pub retained: Vec<RetainedResource>,
    /// The new stack of the same name in the same account, in another region, which takes its place.
    pub replaced_by: Option<StackId>,
}

/// A stack that a pipeline has deployed with a role of a stack that leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LeavingService {
    /// Which.
    pub stack: StackId,
    /// Whether another pipeline of the program deploys it from now on: it stays, and that pipeline takes it over with its next release.
    /// All others are destroyed before the stack that has the role.
    pub is_taken_over: bool,
    /// What stays in its account when it is destroyed.
    pub retained: Vec<RetainedResource>,
}

/// A stack that a pipeline of the team has deployed or prepared, and that no pipeline deploys any more, although the role is still
/// there: `deploy --prune` destroys it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbandonedStack {
    /// Which.
    pub stack: StackId,
    /// The role that it was deployed with, by ARN; none, where it has only been prepared, and waits for an approval.
    pub role: Option<String>,
    /// What stays in its account when it is destroyed.
    pub retained: Vec<RetainedResource>,
}

/// What is done to a stack.
#[derive(Debug)]
#[non_exhaustive]
pub enum PlannedAction {
    /// Nothing: it is as the program says.
    Nothing,
    /// It is created.
    Create,
    /// What is left of it is deleted first, because of its status; then it is created.
    Recreate(String),
    /// It is changed.
    Update,
    /// It is changed, with values that are known only when another stack has been deployed. The changes are those of
    /// the template; CloudFormation was not asked.
    UpdateAfter(StackId),
    /// It is changed, after a rollback that had failed is continued. The changes are those of the template.
    UpdateAfterRollback,
    /// Somebody is changing it.
    Busy(String),
    /// It cannot be deployed as it is.
    Blocked(StackError),
}

impl PlannedAction {
    /// As a word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Create => "create",
            Self::Recreate(_) => "recreate",
            Self::Update | Self::UpdateAfter(_) | Self::UpdateAfterRollback => "update",
            Self::Busy(_) => "busy",
            Self::Blocked(_) => "blocked",
        }
    }
}

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Add,
    /// It is changed in place.
    Modify,
    /// Another takes its place.
    Replace,
    /// Another may take its place: that depends on a value that is not known yet.
    MayReplace,
    /// It is deleted.
    Remove,
    /// It stays in the account, and is the stack's no more.
    Retain,
}

/// A change of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedChange {
    /// Its logical id.
    pub resource: String,
    /// Its type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// What is done to it.
    pub action: ChangeKind,
    /// The properties that change.
    pub properties: Vec<String>,
    /// Whether it changes who may do what.
    pub security: bool,
    /// Whether policies are written otherwise and permit the same: nobody gains or loses anything.
    pub same_permissions: bool,
    /// Whether data goes with it: it holds some, and is deleted or replaced.
    pub loses_data: bool,
    /// The values in its properties that differ, where it is there before and after.
    pub values: Vec<PropertyChange>,
    /// Who gains or loses which permissions by it.
    pub permissions: Vec<PermissionChange>,
    /// What becomes of approvals, and of what is built.
    pub guards: Vec<GuardChange>,
}

impl PlannedChange {
    pub(crate) fn new(
        resource: &str,
        resource_type: &str,
        action: ChangeKind,
        properties: Vec<String>,
    ) -> Self {
        let kind = ResourceKind::named(resource_type);
        let only_tags = action == ChangeKind::Modify
            && !properties.is_empty()
            && properties.iter().all(|property| property == "Tags");
        let goes = matches!(
            action,
            ChangeKind::Remove | ChangeKind::Replace | ChangeKind::MayReplace
        );
        Self {
            // Of a type that only another version of this crate knows, the worst is said.
            security: kind.is_none_or(|kind| kind.facts().policies.decide_access()) && !only_tags,
            same_permissions: false,
            loses_data: goes && kind.is_none_or(|kind| kind.facts().holds_data),
            resource: resource.to_owned(),
            resource_type: resource_type.to_owned(),
            action,
            properties,
            values: Vec::new(),
            permissions: Vec::new(),
            guards: Vec::new(),
        }
    }

    pub(crate) fn of(change: ResourceChange) -> Self {
        let retained = change
            .policy_action
            .as_deref()
            .is_some_and(|action| action.contains("Retain"));
        let action = match (change.action.as_str(), change.replacement.as_deref()) {
            ("Add" | "Import", _) => ChangeKind::Add,
            ("Remove", _) if retained => ChangeKind::Retain,
            ("Remove", _) => ChangeKind::Remove,
            (_, Some("True")) => ChangeKind::Replace,
            (_, Some("Conditional")) => ChangeKind::MayReplace,
            _ => ChangeKind::Modify,
        };
        let mut planned = Self::new(&change.logical_id, &change.resource_type, action, change.targets);
        // `ReplaceAndRetain`
        planned.loses_data &= !retained;
        planned
    }
}

impl PlannedChange {
    /// Whether whoever refers to it gets the same afterwards: a type that we know, changed in place. What a custom resource tells is
    /// its own.
    pub(super) fn keeps_its_attributes(&self) -> bool {
        let is_known =
            ResourceKind::named(&self.resource_type).is_some() && !self.resource_type.starts_with("Custom::");
        self.action == ChangeKind::Modify && is_known
    }

    /// Whether its policies are all that changes, beside what says nothing of permissions.
    pub(super) fn is_of_policies_alone(&self, kind: ResourceKind) -> bool {
        let policies = policy_properties(kind);
        let is_policy = |property: &String| policies.contains(&property.as_str());
        let says_nothing = |property: &String| ["Description", "Tags"].contains(&property.as_str());
        self.action == ChangeKind::Modify
            && self.properties.iter().any(is_policy)
            && self
                .properties
                .iter()
                .all(|property| is_policy(property) || says_nothing(property))
    }
}

/// The properties that say who may do what.
const OF_PERMISSIONS: [&str; 8] = [
    "AssumeRolePolicyDocument",
    "KeyPolicy",
    "ManagedPolicyArns",
    "PermissionsBoundary",
    "Policies",
    "PolicyDocument",
    "Principal",
    "SourceArn",
];

impl PlannedChange {
    /// Whether a value is part of who may do what, which [`Self::permissions`] and [`Self::guards`] say.
    pub fn is_of_permissions(&self, value: &PropertyChange) -> bool {
        let is_policy =
            (self.security || self.same_permissions) && OF_PERMISSIONS.contains(&value.property());
        is_policy || self.guards.iter().any(|guard| guard.says(value))
    }

    /// Whether its permissions and guards are all that changes.
    pub fn permissions_say_all(&self) -> bool {
        let mut properties = self.properties.iter();
        properties.all(|property| OF_PERMISSIONS.contains(&property.as_str()))
            || (!self.values.is_empty() && self.values.iter().all(|value| self.is_of_permissions(value)))
    }
}

impl Plan {
    /// Whether there is nothing to do, and nothing is in the way.
    pub fn is_empty(&self) -> bool {
        let nothing = |plan: &StackPlan| matches!(plan.action, PlannedAction::Nothing);
        self.stacks.iter().all(nothing) && self.orphans.is_empty() && self.abandoned.is_empty()
    }

    /// Whether something stands in the way of the deployment.
    pub fn is_blocked(&self) -> bool {
        self.stacks
            .iter()
            .any(|plan| matches!(plan.action, PlannedAction::Blocked(_)))
    }

    /// The changes of who may do what, with their stacks.
    pub fn security_changes(&self) -> impl Iterator<Item = (&StackPlan, &PlannedChange)> {
        let changes = self
            .stacks
            .iter()
            .flat_map(|plan| plan.changes.iter().map(move |change| (plan, change)));
        changes.filter(|(_, change)| change.security)
    }

    /// The stacks that a deployment may change without anybody knowing how yet: somebody is changing them, or they cannot be changed
    /// as they are. Those whose accounts do not let us in are not changed at all.
    pub fn unknown_changes(&self) -> impl Iterator<Item = &StackPlan> {
        self.stacks.iter().filter(|plan| match &plan.action {
            PlannedAction::Busy(_) => true,
            PlannedAction::Blocked(error) => !matches!(error, StackError::Access(_)),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::deploy::ChangeKind;
    use crate::deploy::PlannedChange;

    #[test]
    fn what_is_loud_and_what_is_not() {
        let change = |resource_type, action, properties: &[&str]| {
            let properties = properties.iter().map(ToString::to_string).collect();
            PlannedChange::new("A", resource_type, action, properties)
        };
        assert!(change("AWS::IAM::Role", ChangeKind::Modify, &["Policies"]).security);
        assert!(!change("AWS::IAM::Role", ChangeKind::Modify, &["Tags"]).security);
        assert!(change("AWS::IAM::Role", ChangeKind::Remove, &[]).security);
        assert!(!change("AWS::SNS::Topic", ChangeKind::Add, &[]).security);
        assert!(change("AWS::S3::Bucket", ChangeKind::Replace, &["BucketName"]).loses_data);
        assert!(!change("AWS::S3::Bucket", ChangeKind::Retain, &[]).loses_data);
        assert!(!change("AWS::S3::Bucket", ChangeKind::Modify, &["LifecycleConfiguration"]).loses_data);
    }
}
