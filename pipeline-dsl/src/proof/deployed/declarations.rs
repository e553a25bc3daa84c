//! The statements that stand in templates because the program grants what they allow.

use std::collections::BTreeMap;

use super::resource::Resource;
use crate::diagnostic::SourceLocation;
use crate::model::Name;
use crate::policy::{Request, Rule};
use crate::proof::json::items;
use crate::team::{Grant, PassedRole, Team};

/// What the program grants, by the service, the logical id of the resource that has the policy and the `Sid` of the statement.
#[derive(Debug, Clone, Default)]
pub(in crate::proof) struct Declarations(BTreeMap<(Name, String, String), Declaration>);

/// A grant of the program.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Declaration {
    pub(in crate::proof) location: SourceLocation,
    /// Why it may be wider than it has to be.
    pub(in crate::proof) waiver: Option<String>,
    /// Where the roles are that the service's own stacks make: `:role/acme/service/orders/`.
    pub(in crate::proof) own_roles: String,
}

impl Declarations {
    pub(in crate::proof) fn of(team: &Team) -> Self {
        let mut found = Self::default();
        for pipeline in &team.pipelines {
            let own_roles = format!(":role/{}/service/{}/", team.name(), pipeline.service.name);
            let service = pipeline.service.name;
            if let Some(permissions) = pipeline.build().and_then(|build| build.permissions.as_ref()) {
                found.add(service, "BuildRole", &permissions.grants, "Declared", &own_roles);
            }
            let Some(permissions) = &pipeline.permissions else {
                continue;
            };
            found.add(
                service,
                "DeploymentRole",
                &permissions.grants,
                "Declared",
                &own_roles,
            );
            for (position, passed) in permissions.passed.iter().enumerate() {
                let declaration = Declaration {
                    location: passed.location,
                    waiver: Some(passed.reason.clone()),
                    own_roles: own_roles.clone(),
                };
                let sid = PassedRole::sid(position);
                found
                    .0
                    .insert((service, "DeploymentRole".to_owned(), sid), declaration);
            }
            if let Some(roles) = &permissions.roles {
                found.add(service, "Boundary", &roles.grants, "Bounded", &own_roles);
            }
        }
        found
    }

    fn add(&mut self, service: Name, resource: &str, grants: &[Grant], kind: &str, own_roles: &str) {
        for (position, grant) in grants.iter().enumerate() {
            let declaration = Declaration {
                location: grant.location,
                waiver: grant.waiver.clone(),
                own_roles: own_roles.to_owned(),
            };
            let statement = (service, resource.to_owned(), grant.sid(kind, position));
            self.0.insert(statement, declaration);
        }
    }

    /// The grant that a statement stands for, where it stands in a stack of a service.
    pub(in crate::proof) fn of_statement(
        &self,
        service: Option<Name>,
        resource: &str,
        sid: &str,
    ) -> Option<&Declaration> {
        self.0.get(&(service?, resource.to_owned(), sid.to_owned()))
    }

    /// Whether the program itself grants the request, in a statement of this role or boundary.
    pub(in crate::proof) fn grant(&self, resource: &Resource, request: &Request) -> bool {
        let inline =
            items(&resource.properties, "Policies").filter_map(|policy| policy.get("PolicyDocument"));
        inline
            .chain(resource.properties.get("PolicyDocument"))
            .flat_map(|document| items(document, "Statement"))
            .filter_map(|statement| Rule::parse(statement).ok())
            .any(|rule| {
                self.of_statement(resource.service, &resource.logical_id, rule.sid())
                    .is_some()
                    && rule.applies(request)
            })
    }
}
