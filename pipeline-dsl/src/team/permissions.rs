use std::panic::Location;

use super::again::Again;
use super::grant::Grant;
use super::roles::{DeclaredRoles, Roles};
use crate::diagnostic::SourceLocation;

/// What the deployment of a service may do in the accounts it is deployed to: exactly this.
///
/// Resources may contain `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`, which stand for the
/// account, the region that is deployed to, and the partition. Of IAM, only what reads is granted by naming its actions, and
/// `iam:CreateServiceLinkedRole`, on `arn:aws:iam::*:role/aws-service-role/<service principal>/*`: [`Roles`] says what the service's
/// own roles may do, and [`Permissions::pass_role`] hands on a role that is there already.
///
/// Resources may be in other accounts, or have no account in their ARNs; `synth` says what their own policies need.
///
/// ```
/// # use pipeline_dsl::team::Permissions;
/// Permissions::new().allow(
///     ["dynamodb:CreateTable", "dynamodb:DescribeTable"],
///     ["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"],
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Permissions {
    pub(crate) grants: Vec<Grant>,
    pub(crate) roles: Option<DeclaredRoles>,
    /// Where the program says which.
    roles_at: Option<SourceLocation>,
    /// What is said twice.
    pub(crate) again: Vec<Again>,
    /// Roles that are there already, which the deployment hands to services.
    pub(crate) passed: Vec<PassedRole>,
    /// Where the program says that stacks have nested stacks.
    pub(crate) nested_stacks: Option<SourceLocation>,
    pub(crate) location: SourceLocation,
}

/// A role that somebody else has made, and a service that gets it.
#[derive(Debug, Clone)]
pub(crate) struct PassedRole {
    /// Its ARN, in which pseudo parameters may be.
    pub(crate) role: String,
    pub(crate) service: String,
    pub(crate) reason: String,
    pub(crate) location: SourceLocation,
}

impl PassedRole {
    /// What the statement is called that allows it, the `position`th of its kind.
    pub(crate) fn sid(position: usize) -> String {
        format!("Passed{position}")
    }
}

impl Permissions {
    /// Nothing yet.
    #[track_caller]
    #[expect(
        clippy::new_without_default,
        reason = "the place where it was written matters"
    )]
    pub fn new() -> Self {
        Self {
            grants: Vec::new(),
            roles: None,
            roles_at: None,
            again: Vec::new(),
            passed: Vec::new(),
            nested_stacks: None,
            location: Location::caller(),
        }
    }

    /// Allows actions, each `service:Action`, on resources.
    #[must_use]
    #[track_caller]
    pub fn allow<A: Into<String>, R: Into<String>>(
        mut self,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        self.grants.push(Grant::new(actions, resources));
        self
    }

    /// Allows more than a deployment should need, and says why: whole services, `dynamodb:*`, and `*` for resources.
    /// `verify` shows each of these with its reason. Everything at once, and what changes IAM, cannot be waived.
    ///
    /// ```
    /// # use pipeline_dsl::team::Permissions;
    /// Permissions::new().allow_broadly(["glue:*"], ["*"], "glue names no resource for half of what we do");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn allow_broadly<A: Into<String>, R: Into<String>>(
        mut self,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
        reason: impl Into<String>,
    ) -> Self {
        let mut grant = Grant::new(actions, resources);
        grant.waiver = Some(reason.into());
        self.grants.push(grant);
        self
    }

    /// Lets the service's stacks have nested stacks, which CloudFormation names `<stack>-<logical id>-<random>`.
    ///
    /// The deployment makes, changes and deletes these, with the permissions that it has itself: CloudFormation gives its role to
    /// each nested stack, so the role may be passed to CloudFormation by itself. Templates of nested stacks are
    /// [assets](crate::team::Stack::assets).
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>
    #[must_use]
    #[track_caller]
    pub fn nested_stacks(mut self) -> Self {
        self.nested_stacks = Some(Location::caller());
        self
    }

    /// Lets the deployment give a service a role that is there already, such as a shared execution role, and says why: what this role
    /// may do, and whether that is more than the deployment itself may, nobody here knows. `verify` shows each with its reason.
    ///
    /// It is one role, by its ARN, and none of the team's own. Roles that the service's own stacks make are for [`Roles`].
    ///
    /// ```
    /// # use pipeline_dsl::team::Permissions;
    /// Permissions::new().pass_role(
    ///     "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ecsTaskExecutionRole",
    ///     "ecs-tasks.amazonaws.com",
    ///     "all tasks of the account are started with it",
    /// );
    /// ```
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    #[must_use]
    #[track_caller]
    pub fn pass_role(
        mut self,
        role: impl Into<String>,
        service: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        self.passed.push(PassedRole {
            role: role.into(),
            service: service.into(),
            reason: reason.into(),
            location: Location::caller(),
        });
        self
    }

    /// Whether they allow nothing at all.
    pub(crate) fn are_empty(&self) -> bool {
        self.grants.is_empty()
            && self.roles.is_none()
            && self.passed.is_empty()
            && self.nested_stacks.is_none()
    }

    /// Lets the service's stacks create roles, under `/<team>/service/<service>/` and bounded by what these may do, unless the
    /// [`Roles`] say otherwise.
    #[must_use]
    #[track_caller]
    pub fn roles<Boundary>(mut self, roles: Roles<Boundary>) -> Self {
        let first = self.roles_at.replace(Location::caller());
        self.again
            .extend(Again::of("`.roles(…)`", first, Location::caller()));
        self.roles = Some(roles.declared);
        self
    }
}
