//! The statements that stand in templates because the program grants what they allow.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::resource::Resource;
use crate::diagnostic::SourceLocation;
use crate::model::Name;
use crate::policy::{Request, Rule};
use crate::proof::json::items;
use crate::team::{DeclaredRoles, Definition, Grant, PassedRole, RoleNames, Team};

/// What the program grants, by the service, the logical id of the resource that has the policy and the `Sid` of the statement.
#[derive(Debug, Clone, Default)]
pub(in crate::proof) struct Declarations(BTreeMap<(Name, String, String), Declaration>);

/// A grant of the program.
#[derive(Debug, Clone)]
pub(in crate::proof) struct Declaration {
    pub(in crate::proof) location: SourceLocation,
    /// Why it may be wider than it has to be.
    pub(in crate::proof) waiver: Option<String>,
    /// What the ARNs of the roles have in them that the service's own stacks make: `:role/acme/service/orders/`.
    pub(in crate::proof) own_roles: Arc<[String]>,
}

fn own_roles(team: &Team, pipeline: &Definition) -> Arc<[String]> {
    let roles = pipeline
        .permissions
        .as_ref()
        .and_then(|permissions| permissions.roles.as_ref());
    let names: Vec<&RoleNames> = match roles {
        Some(roles) => roles.names().collect(),
        None => vec![&RoleNames::OfService],
    };
    let stacks = || pipeline.stacks.iter().map(|stack| stack.name.as_str());
    names
        .into_iter()
        .flat_map(|each| each.beginnings(team.name().as_str(), pipeline.service.name, stacks()))
        .map(|beginning| format!(":role/{beginning}"))
        .collect()
}

impl Declarations {
    pub(in crate::proof) fn of(team: &Team) -> Self {
        let mut found = Self::default();
        for pipeline in &team.pipelines {
            let service = pipeline.service.name;
            let own_roles = own_roles(team, pipeline);
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
                    own_roles: Arc::clone(&own_roles),
                };
                let sid = PassedRole::sid(position);
                found
                    .0
                    .insert((service, "DeploymentRole".to_owned(), sid), declaration);
            }
            if let Some(roles) = &permissions.roles {
                found.add(service, "Boundary", &roles.grants, "Bounded", &own_roles);
                found.add_roles(service, roles, &own_roles);
            }
        }
        found
    }

    /// What makes roles wider than they are by default, each with its reason.
    fn add_roles(&mut self, service: Name, roles: &DeclaredRoles, own_roles: &Arc<[String]>) {
        let unbounded = roles
            .unbounded
            .iter()
            .map(|reason| (DeclaredRoles::MAKES_UNBOUNDED, roles.location, reason.clone()));
        let named = (!roles.named.is_empty()).then(|| {
            let reasons: Vec<&str> = roles.named.iter().map(|each| each.reason.as_str()).collect();
            (
                DeclaredRoles::KEEPS,
                roles.named.first().map_or(roles.location, |each| each.location),
                reasons.join("; "),
            )
        });
        for (sid, location, reason) in unbounded.chain(named) {
            let declaration = Declaration {
                location,
                waiver: Some(reason),
                own_roles: Arc::clone(own_roles),
            };
            let statement = (service, "DeploymentRole".to_owned(), sid.to_owned());
            self.0.insert(statement, declaration);
        }
    }

    fn add(
        &mut self,
        service: Name,
        resource: &str,
        grants: &[Grant],
        kind: &str,
        own_roles: &Arc<[String]>,
    ) {
        for (position, grant) in grants.iter().enumerate() {
            let declaration = Declaration {
                location: grant.location,
                waiver: grant.waiver.clone(),
                own_roles: Arc::clone(own_roles),
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
