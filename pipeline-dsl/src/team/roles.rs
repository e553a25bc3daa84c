use std::marker::PhantomData;
use std::panic::Location;

use super::grant::Grant;
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// The roles that a service's own stacks create: whom they are passed to, and the most that they may do.
///
/// What is allowed here becomes a permissions boundary in each region that the service is deployed to,
/// `<team>-<service>-boundary-<region>`. The service's templates create their roles with the path
/// `/<team>/service/<service>/` and with the boundary of their region; nothing else is let through:
///
/// ```yaml
/// Path: /acme/service/orders/
/// PermissionsBoundary: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/acme/acme-orders-boundary-${AWS::Region}
/// ```
///
/// Managed policies have the same path and no boundary: those that bear them have one. So do instance profiles, where the roles
/// are passed to `ec2.amazonaws.com`.
///
/// Templates that cannot have that path name their roles in another way: [`under_path`](Self::under_path),
/// [`named_by_stacks`](Self::named_by_stacks). Those that cannot have the boundary either are for
/// [`Roles::without_boundary`].
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[derive(Debug, Clone)]
pub struct Roles<Boundary = Bounded> {
    pub(crate) declared: DeclaredRoles,
    boundary: PhantomData<fn() -> Boundary>,
}

/// Roles that have a permissions boundary.
#[derive(Debug)]
pub enum Bounded {}

/// Roles that need no permissions boundary.
#[derive(Debug)]
pub enum Unbounded {}

/// What a program says of the roles that a service's own stacks create.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredRoles {
    pub(crate) services: Vec<String>,
    /// The most that they may do.
    pub(crate) grants: Vec<Grant>,
    /// Why they need no boundary.
    pub(crate) unbounded: Option<String>,
    /// How they are named, where it is not as usual.
    pub(crate) named: Vec<NamedOtherwise>,
    pub(crate) location: SourceLocation,
}

/// Roles that are not under the path of their service, and why.
#[derive(Debug, Clone)]
pub(crate) struct NamedOtherwise {
    pub(crate) names: RoleNames,
    pub(crate) reason: String,
    pub(crate) location: SourceLocation,
}

/// How the roles of a service's stacks can be told from all others.
#[derive(Debug, Clone)]
pub(crate) enum RoleNames {
    /// By the path `/<team>/service/<service>/`.
    OfService,
    /// By another path, such as `/orders/`.
    Path(String),
    /// By the name that CloudFormation gives them, which begins with that of the stack.
    Stacks,
}

/// So much of a stack's name is certainly in the names that CloudFormation makes of it: they have 64 characters at the most, of which
/// the logical id has its share. No page says how they are shortened, so that this is assumed.
const OF_STACK_NAME: usize = 24;

impl RoleNames {
    /// What the names of these roles begin with, path included: `acme/service/orders/`, `orders-`.
    pub(crate) fn beginnings<'a>(
        &self,
        team: &str,
        service: Name,
        stacks: impl IntoIterator<Item = &'a str>,
    ) -> Vec<String> {
        match self {
            Self::OfService => vec![format!("{team}/service/{service}/")],
            Self::Path(path) => vec![path.trim_start_matches('/').to_owned()],
            Self::Stacks => stacks.into_iter().map(beginning_of_names).collect(),
        }
    }
}

/// What the names begin with that CloudFormation makes of a stack's.
fn beginning_of_names(stack: &str) -> String {
    match stack.get(..OF_STACK_NAME) {
        Some(beginning) if beginning != stack => beginning.to_owned(),
        _ => format!("{stack}-"),
    }
}

impl DeclaredRoles {
    /// The statement that lets a deployment make roles without a boundary.
    pub(crate) const MAKES_UNBOUNDED: &str = "MakeUnboundedRoles";
    /// The statement that lets a deployment change and delete its roles.
    pub(crate) const KEEPS: &str = "KeepRoles";

    fn new(services: Vec<String>, unbounded: Option<String>, location: SourceLocation) -> Self {
        Self {
            services,
            grants: Vec::new(),
            unbounded,
            named: Vec::new(),
            location,
        }
    }

    /// Whether instances can have them, by instance profiles.
    pub(crate) fn are_for_instances(&self) -> bool {
        self.services.iter().any(|service| service == "ec2.amazonaws.com")
    }

    /// How they are named.
    pub(crate) fn names(&self) -> impl Iterator<Item = &RoleNames> {
        let usual = self.named.is_empty().then_some(&RoleNames::OfService);
        usual.into_iter().chain(self.named.iter().map(|each| &each.names))
    }
}

impl Roles {
    /// Roles for these services, such as `lambda.amazonaws.com`.
    #[track_caller]
    pub fn passed_to<S: Into<String>>(services: impl IntoIterator<Item = S>) -> Self {
        let services = services.into_iter().map(Into::into).collect();
        Self {
            declared: DeclaredRoles::new(services, None, Location::caller()),
            boundary: PhantomData,
        }
    }

    /// Lets them do this at the most.
    #[must_use]
    #[track_caller]
    pub fn allow<A: Into<String>, R: Into<String>>(
        mut self,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        self.declared.grants.push(Grant::new(actions, resources));
        self
    }

    /// Lets them do more than they should need at the most, and says why, as
    /// [`Permissions::allow_broadly`](super::Permissions::allow_broadly) does. What changes IAM cannot be allowed, for a role could
    /// widen its own boundary with it.
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
        self.declared.grants.push(grant);
        self
    }
}

impl Roles<Unbounded> {
    /// Roles for these services that need no permissions boundary, and why.
    ///
    /// A role without a boundary may do whatever the template says, so that **whoever changes the service's templates can do
    /// everything in the accounts that it is deployed to**: it is for templates that come as they are, in accounts with nothing
    /// else in them. `verify` shows it with its reason. What the deployment itself may do stays what the permissions say, and it can
    /// change and hand on no other roles than these.
    ///
    /// ```
    /// # use pipeline_dsl::team::{Permissions, Roles};
    /// Permissions::new().roles(
    ///     Roles::without_boundary(["lambda.amazonaws.com"], "the templates are a vendor's")
    ///         .named_by_stacks("they name no roles"),
    /// );
    /// ```
    #[track_caller]
    pub fn without_boundary<S: Into<String>>(
        services: impl IntoIterator<Item = S>,
        reason: impl Into<String>,
    ) -> Self {
        let services = services.into_iter().map(Into::into).collect();
        Self {
            declared: DeclaredRoles::new(services, Some(reason.into()), Location::caller()),
            boundary: PhantomData,
        }
    }
}

impl<Boundary> Roles<Boundary> {
    /// Roles, managed policies and instance profiles under this path, such as `/orders/`, in place of the service's own, and why.
    ///
    /// The deployment can delete all roles under that path, and change who may assume them, for no condition that IAM is known to
    /// send would keep the roles of others out: nobody else may use the path. Paths and names can be given more than once.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names>
    #[must_use]
    #[track_caller]
    pub fn under_path(self, path: impl Into<String>, reason: impl Into<String>) -> Self {
        let location = Location::caller();
        self.named(RoleNames::Path(path.into()), reason.into(), location)
    }

    /// Roles, managed policies and instance profiles that have no path and no name in the templates, in place of the service's path,
    /// and why. CloudFormation names them `<stack>-<logical id>-<random>`.
    ///
    /// The deployment can delete all roles whose names begin with that of one of its stacks, and change who may assume them.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html>
    #[must_use]
    #[track_caller]
    pub fn named_by_stacks(self, reason: impl Into<String>) -> Self {
        let location = Location::caller();
        self.named(RoleNames::Stacks, reason.into(), location)
    }

    fn named(mut self, names: RoleNames, reason: String, location: SourceLocation) -> Self {
        self.declared.named.push(NamedOtherwise {
            names,
            reason,
            location,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A long name is not in a role's name as a whole.
    #[test]
    fn roles_begin_with_what_is_left_of_the_name_of_their_stack() {
        let service = Name::try_from("orders").unwrap();
        let (whole, long) = (
            "orders-in-the-first-quar",
            "orders-in-the-first-quarter-of-the-year",
        );
        assert_eq!(whole.len(), OF_STACK_NAME);
        let stacks = ["orders", whole, long];
        assert_eq!(
            RoleNames::Stacks.beginnings("acme", service, stacks),
            ["orders-", "orders-in-the-first-quar-", "orders-in-the-first-quar"]
        );
    }
}
