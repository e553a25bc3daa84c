//! Who asks for what: requests of roles and of services.

use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::team::{DeclaredRoles, Definition, RoleNames, Team};

pub(in crate::proof) fn label(kind: &str, resource: &Resource) -> String {
    match resource.developer {
        Some(developer) => format!("{kind} {} of {developer}", resource.identity.reference),
        None => format!("{kind} {}", resource.identity.reference),
    }
}

pub(in crate::proof) fn role(arn: &str) -> Requester {
    Requester::Role(arn.to_owned())
}

pub(in crate::proof) fn service(name: &str) -> Requester {
    Requester::Service(name.to_owned())
}

/// A request that a service makes, for a resource of an account.
pub(in crate::proof) fn by_service(
    call: ServiceCall,
    principal: &str,
    action: &str,
    on: &str,
    source: Source<'_>,
) -> Request {
    Request::new(service(principal), action, on).sent_on(
        call,
        [
            ("aws:SourceAccount", source.account),
            ("aws:SourceArn", source.arn),
            ("aws:SourceOwner", source.account),
        ],
    )
}

/// For whom a service makes a request.
#[derive(Debug, Clone, Copy)]
pub(in crate::proof) struct Source<'a> {
    /// The account.
    pub(in crate::proof) account: &'a str,
    /// The resource.
    pub(in crate::proof) arn: &'a str,
}

impl<'a> Source<'a> {
    pub(in crate::proof) fn of(resource: &'a Resource) -> Self {
        Self {
            account: resource.home.account.as_str(),
            arn: &resource.identity.arn,
        }
    }
}

/// Somebody passes a role to a service.
pub(in crate::proof) fn passing(who: Requester, role: &str, to: &str) -> Request {
    Request::new(who, "iam:PassRole", role).sent_on(ServiceCall::IamPassesRole, [("iam:PassedToService", to)])
}

/// A name, with its path, of each kind that roles of the service's own stacks have.
///
/// A second opinion on how the constructs read the same declaration.
pub(in crate::proof) fn names_of_roles(
    team: &Team,
    pipeline: &Definition,
    roles: &DeclaredRoles,
) -> Vec<String> {
    let service = pipeline.service.name;
    let of_service = format!("{}/service/{service}/function", team.name());
    if roles.named.is_empty() {
        return vec![of_service];
    }
    let mut names = Vec::new();
    for each in &roles.named {
        match &each.names {
            RoleNames::OfService => names.push(of_service.clone()),
            RoleNames::Path(path) => names.push(format!("{}function", path.trim_start_matches('/'))),
            // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
            RoleNames::Stacks => names.extend(
                pipeline
                    .stacks
                    .iter()
                    .map(|stack| format!("{}-Function-1ABCDEFGHIJKL", stack.name)),
            ),
        }
    }
    names
}
