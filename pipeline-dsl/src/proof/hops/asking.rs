//! Who asks for what: requests of roles and of services.

use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;

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
