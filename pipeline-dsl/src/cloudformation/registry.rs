//! What is known of every resource type of CloudFormation's registry: what its handlers ask AWS for, and what a resource is
//! identified by.
//!
//! A handler's list is what it may ask for, whatever properties a resource has: a table without replicas needs less than the list
//! of tables.
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers>

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The table, as `tools/resource_type_handlers.py` writes it.
const TABLE: &str = include_str!("registry/handlers.txt");

/// A type of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredType {
    /// The service that most of its actions are of, `lambda`.
    pub service: &'static str,
    /// The properties that identify a resource, the primary identifier.
    pub identifiers: Vec<&'static str>,
    /// The actions, each `service:Action`, with the handlers that may ask for it.
    pub actions: Vec<(String, Asking)>,
}

/// The handlers that may ask for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a handler")]
pub struct Asking {
    /// Where a resource is created.
    pub create: bool,
    /// Where it is read.
    pub read: bool,
    /// Where it is changed in place.
    pub update: bool,
    /// Where it is deleted.
    pub delete: bool,
}

impl Asking {
    fn of(letters: &str) -> Self {
        Self {
            create: letters.contains('c'),
            read: letters.contains('r'),
            update: letters.contains('u'),
            delete: letters.contains('d'),
        }
    }
}

/// What is known of a type, `AWS::Lambda::Function`; none of types that are not in the registry, or are newer than the table.
pub fn registered(resource_type: &str) -> Option<RegisteredType> {
    let (namespace, kind) = resource_type.rsplit_once("::")?;
    let (service, types) = namespaces().get(namespace)?;
    let line = types.get(kind)?;
    let mut words = line.split(' ');
    let identifiers = words.next().unwrap_or_default();
    let actions = words.filter_map(|word| {
        let (action, letters) = word.rsplit_once('/')?;
        let action = if action.contains(':') {
            action.to_owned()
        } else {
            format!("{service}:{action}")
        };
        Some((action, Asking::of(letters)))
    });
    Some(RegisteredType {
        service,
        identifiers: identifiers.split(',').filter(|name| *name != "-").collect(),
        actions: actions.collect(),
    })
}

/// The package that the table was read out of, `cfn-lint-1.58.0`.
pub fn package() -> &'static str {
    let line = TABLE.lines().find_map(|line| line.strip_prefix("package "));
    line.unwrap_or_default()
}

/// The service of each namespace, and its types with the rest of their lines.
type Namespaces = BTreeMap<&'static str, (&'static str, BTreeMap<&'static str, &'static str>)>;

fn namespaces() -> &'static Namespaces {
    static READ: OnceLock<Namespaces> = OnceLock::new();
    READ.get_or_init(|| {
        let mut read = Namespaces::new();
        let mut current = "";
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                let (namespace, service) = head.split_once(' ').unwrap_or((head, ""));
                current = namespace;
                read.insert(namespace, (service, BTreeMap::new()));
            } else if let (Some((kind, rest)), Some((_, types))) =
                (line.split_once(' '), read.get_mut(current))
            {
                types.insert(kind, rest);
            }
        }
        read
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudformation::ResourceKind;

    #[test]
    fn a_function_is_made_read_changed_and_deleted() {
        let function = registered("AWS::Lambda::Function").unwrap();
        assert_eq!(
            (function.service, function.identifiers.as_slice()),
            ("lambda", ["FunctionName"].as_slice())
        );
        let asking = |action: &str| {
            function
                .actions
                .iter()
                .find(|(name, _)| name == action)
                .unwrap()
                .1
        };
        assert!(asking("lambda:CreateFunction").create && !asking("lambda:CreateFunction").delete);
        assert!(asking("lambda:DeleteFunction").delete);
        assert!(asking("s3:GetObject").create);
        assert_eq!(registered("AWS::Lambda::Nothing"), None);
        assert_eq!(registered("Custom::Thing"), None);
        assert!(package().starts_with("cfn-lint-"));
    }

    /// Of the types that the team's own stacks have, some have no handlers in the registry.
    #[test]
    fn most_of_our_own_types_are_known() {
        let known = ResourceKind::ALL
            .iter()
            .filter_map(|kind| registered(kind.facts().name));
        let known: Vec<RegisteredType> = known.collect();
        assert!(known.iter().all(|registered| !registered.actions.is_empty()));
        assert!(known.len() >= 15, "{}", known.len());
    }
}
