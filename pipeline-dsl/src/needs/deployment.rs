//! What CloudFormation may ask AWS for, to deploy templates.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::serverless;
use crate::cloudformation::registry::{Asking, RegisteredType, registered};
use crate::policy::authorization::{TakenType, actions};

/// What the deployment of templates needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// The actions, by name.
    pub actions: BTreeMap<String, Need>,
    /// The roles, managed policies and instance profiles that the templates make.
    pub identities: Vec<IdentityOfTemplate>,
    /// The resources that are nested stacks.
    pub nested_stacks: Vec<String>,
    /// The transforms that the templates name.
    pub transforms: BTreeSet<String>,
    /// Resources of types that nothing is known of, and functions in place of resources, which have no type: what they need cannot be
    /// said.
    pub unknown: Vec<(String, String)>,
}

/// An action that CloudFormation may ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Need {
    /// On what, as a program writes it: `arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders`.
    pub resources: BTreeSet<String>,
    /// For which resources of the templates, each with its type.
    pub of: BTreeSet<(String, String)>,
    /// Whether every resource of such a type needs it. What is not certain is asked where a resource has a property for it: of another
    /// service, or of a part of the type, such as a table's replicas.
    pub is_certain: bool,
}

/// What a template makes of IAM's that has a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityOfTemplate {
    /// What it is.
    pub kind: IdentityKind,
    /// Its name in the template.
    pub logical_id: String,
    /// Its path, where it is written out.
    pub path: Option<String>,
    /// The name that it is given, as a pattern where functions make it; without one, CloudFormation makes it of the stack's.
    pub name: Option<String>,
    /// Whether it has a permissions boundary. Roles alone can.
    pub has_boundary: bool,
    /// The services that it is passed to, by its trust policy.
    pub services: BTreeSet<String>,
}

/// The kinds of things of IAM's that have a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// `AWS::IAM::Role`.
    Role,
    /// `AWS::IAM::ManagedPolicy`.
    ManagedPolicy,
    /// `AWS::IAM::InstanceProfile`.
    InstanceProfile,
}

impl IdentityKind {
    /// What it is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::ManagedPolicy => "managed policy",
            Self::InstanceProfile => "instance profile",
        }
    }

    /// The property that gives it a name.
    const fn name_property(self) -> &'static str {
        match self {
            Self::Role => "RoleName",
            Self::ManagedPolicy => "ManagedPolicyName",
            Self::InstanceProfile => "InstanceProfileName",
        }
    }
}

impl Needs {
    /// Adds what a template needs that is deployed as the stack of this name.
    pub fn add(&mut self, stack: &str, template: &Value) {
        match template.get("Transform") {
            Some(Value::String(name)) => drop(self.transforms.insert(name.clone())),
            Some(Value::Array(names)) => self
                .transforms
                .extend(names.iter().filter_map(Value::as_str).map(ToOwned::to_owned)),
            _ => {}
        }
        let parameters = template.get("Parameters").and_then(Value::as_object);
        for (name, parameter) in parameters.into_iter().flatten() {
            let r#type = parameter.get("Type").and_then(Value::as_str).unwrap_or_default();
            if r#type.starts_with("AWS::SSM::Parameter::") {
                let value = parameter.get("Default").and_then(Value::as_str).unwrap_or("*");
                // AWS's own public parameters are in no account.
                // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
                let account = if value.starts_with("/aws/") {
                    ""
                } else {
                    "${AWS::AccountId}"
                };
                let resource = format!(
                    "arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:{account}:parameter/{}",
                    value.trim_start_matches('/')
                );
                let of = (name.clone(), r#type.to_owned());
                self.need("ssm:GetParameters".to_owned(), [resource], of, true);
            }
        }
        let resources = template.get("Resources").and_then(Value::as_object);
        for (logical_id, resource) in resources.into_iter().flatten() {
            let resource_type = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
            let properties = resource.get("Properties").unwrap_or(&Value::Null);
            match serverless::generated(resource_type, properties) {
                Some(generated) => {
                    for made in generated {
                        self.resource(
                            stack,
                            logical_id,
                            made,
                            &with_globals(template, resource_type, properties),
                        );
                    }
                }
                None => self.resource(stack, logical_id, resource_type, properties),
            }
        }
    }

    fn resource(&mut self, stack: &str, logical_id: &str, resource_type: &str, properties: &Value) {
        match resource_type {
            "AWS::CloudFormation::Stack" => self.nested_stacks.push(logical_id.to_owned()),
            "AWS::IAM::Role" => self
                .identities
                .push(identity(IdentityKind::Role, logical_id, properties)),
            "AWS::IAM::ManagedPolicy" => {
                self.identities
                    .push(identity(IdentityKind::ManagedPolicy, logical_id, properties));
            }
            "AWS::IAM::InstanceProfile" => {
                self.identities
                    .push(identity(IdentityKind::InstanceProfile, logical_id, properties));
            }
            // It is a part of the roles that have it.
            "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => {}
            // CloudFormation invokes the function with the role that it deploys with.
            _ if resource_type.starts_with("Custom::") || resource_type == CUSTOM_RESOURCE => {
                let of = (logical_id.to_owned(), resource_type.to_owned());
                let resources = resources("lambda:InvokeFunction", "", "*");
                self.need("lambda:InvokeFunction".to_owned(), resources, of, false);
            }
            _ => match registered(resource_type) {
                Some(known) => self.known(stack, (logical_id, resource_type), properties, &known),
                None => self
                    .unknown
                    .push((logical_id.to_owned(), resource_type.to_owned())),
            },
        }
    }

    fn known(
        &mut self,
        stack: &str,
        (logical_id, resource_type): (&str, &str),
        properties: &Value,
        known: &RegisteredType,
    ) {
        let kind = resource_type.rsplit("::").next().unwrap_or_default();
        let own_name = format!("{kind}Name");
        let mut names = known
            .identifiers
            .iter()
            .copied()
            .chain([own_name.as_str(), "Name"]);
        let given = names.find_map(|property| properties.get(property).map(pattern));
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
        let name = given.unwrap_or_else(|| format!("{stack}-*"));
        for (action, asking) in &known.actions {
            // Roles are granted by `Roles` and `pass_role`: what a resource is given, and what a service makes for itself, is a question.
            let perhaps = ["iam:CreateServiceLinkedRole", "iam:PassRole"];
            if action.starts_with("iam:") && !perhaps.contains(&action.as_str()) {
                continue;
            }
            let resources = resources(action, kind, &name);
            let of = (logical_id.to_owned(), resource_type.to_owned());
            let is_certain = is_certain(action, *asking, known.service, kind);
            self.need(action.clone(), resources, of, is_certain);
        }
    }

    fn need(
        &mut self,
        action: String,
        resources: impl IntoIterator<Item = String>,
        of: (String, String),
        is_certain: bool,
    ) {
        let need = self.actions.entry(action).or_default();
        need.resources.extend(resources);
        need.of.insert(of);
        need.is_certain |= is_certain;
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

/// A name as a policy says it: what functions make of it is not known.
fn pattern(name: &Value) -> String {
    let text = match name {
        Value::String(text) => return text.clone(),
        Value::Object(function) => function.get("Fn::Sub").and_then(Value::as_str),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    };
    let Some(text) = text else {
        return "*".to_owned();
    };
    let mut pieces = text.split("${");
    let mut pattern = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        pattern.extend(["*", piece.split_once('}').map_or("", |(_, rest)| rest)]);
    }
    pattern
}

/// Whether a handler asks for it whatever properties a resource has. No schema says so, its name does: what makes and changes the
/// thing itself, and all that is read back or deleted.
fn is_certain(action: &str, asking: Asking, service: &str, kind: &str) -> bool {
    let (of, name) = action.split_once(':').unwrap_or_default();
    let after = |verb: &str| name.strip_prefix(verb);
    let makes = after("Create") == Some(kind);
    let changes = makes || after("Update").is_some_and(|noun| noun.starts_with(kind));
    let tags = ["Tag", "Untag"].iter().any(|verb| after(verb).is_some());
    of == service && (asking.read || asking.delete || changes || tags)
}

/// The resources that an action is asked on, with a name in place of the one that a format leaves open.
fn resources(action: &str, kind: &str, name: &str) -> Vec<String> {
    let known = actions(action);
    let takes: Vec<&TakenType> = known.iter().flat_map(|facts| facts.takes()).collect();
    let required: Vec<&TakenType> = takes.iter().copied().filter(|taken| taken.required).collect();
    let asked = if required.is_empty() { takes } else { required };
    if asked.is_empty() {
        return vec!["*".to_owned()];
    }
    let resources: BTreeSet<String> = asked
        .iter()
        .map(|taken| filled(taken.r#type.arn, kind, name))
        .collect();
    resources.into_iter().collect()
}

/// The format of an ARN as a program writes it: `${FunctionName}` of a function is its name, and others are not known.
fn filled(format: &str, kind: &str, name: &str) -> String {
    let format = format
        .replace("${Partition}", "${AWS::Partition}")
        .replace("${Region}", "*")
        .replace("${Account}", "${AWS::AccountId}");
    let mut pieces = format.split("${");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}') {
            Some((pseudo, rest)) if pseudo.starts_with("AWS::") => {
                filled.extend(["${", pseudo, "}", rest]);
            }
            Some((placeholder, rest)) => {
                filled.extend([if placeholder.starts_with(kind) { name } else { "*" }, rest]);
            }
            None => filled.push_str(piece),
        }
    }
    filled
}

/// A function of SAM's has what `Globals` say of all functions.
fn with_globals(template: &Value, resource_type: &str, properties: &Value) -> Value {
    let section = resource_type.rsplit("::").next().unwrap_or_default();
    let globals = template.pointer(&format!("/Globals/{section}"));
    let mut all = globals.and_then(Value::as_object).cloned().unwrap_or_default();
    all.extend(properties.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

fn identity(kind: IdentityKind, logical_id: &str, properties: &Value) -> IdentityOfTemplate {
    let path = ["Path", "RolePath"]
        .into_iter()
        .find_map(|property| properties.get(property)?.as_str());
    let mut services = BTreeSet::new();
    let trust = properties.get("AssumeRolePolicyDocument");
    principals(trust.unwrap_or(&Value::Null), &mut services);
    IdentityOfTemplate {
        kind,
        logical_id: logical_id.to_owned(),
        path: path.map(ToOwned::to_owned),
        name: properties.get(kind.name_property()).map(pattern),
        has_boundary: properties.get("PermissionsBoundary").is_some(),
        services,
    }
}

fn principals(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), inner) {
                    ("Service", Value::String(service)) => drop(found.insert(service.clone())),
                    ("Service", Value::Array(services)) => {
                        found.extend(services.iter().filter_map(Value::as_str).map(ToOwned::to_owned));
                    }
                    _ => principals(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| principals(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_are_named_as_far_as_the_template_names_them() {
        let mut needs = Needs::default();
        needs.add(
            "orders",
            &json!({"Resources": {
                "Named": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}},
                "Queue": {"Type": "AWS::SQS::Queue"},
            }}),
        );
        let table = &needs.actions["dynamodb:CreateTable"];
        assert!(table.is_certain);
        assert_eq!(
            table.resources.iter().collect::<Vec<_>>(),
            ["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"]
        );
        let queue = &needs.actions["sqs:CreateQueue"];
        assert_eq!(
            queue.resources.iter().collect::<Vec<_>>(),
            ["arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:orders-*"]
        );
        assert!(!needs.actions["kms:Decrypt"].is_certain);
        for perhaps in ["dynamodb:ImportTable", "dynamodb:CreateTableReplica"] {
            assert!(!needs.actions[perhaps].is_certain, "{perhaps}");
        }
        let policies = &needs.actions["dynamodb:PutResourcePolicy"];
        assert!(
            policies
                .resources
                .iter()
                .any(|arn| arn.ends_with(":table/orders"))
        );
    }

    #[test]
    fn what_sam_makes_is_needed() {
        let mut needs = Needs::default();
        needs.add(
            "orders",
            &json!({
                "Transform": "AWS::Serverless-2016-10-31",
                "Globals": {"Function": {"RolePath": "/acme/service/orders/", "PermissionsBoundary": "b"}},
                "Resources": {"Receive": {"Type": "AWS::Serverless::Function", "Properties": {
                    "Events": {"Queue": {"Type": "SQS"}},
                }}},
            }),
        );
        assert!(needs.transforms.contains("AWS::Serverless-2016-10-31"));
        for action in ["lambda:CreateFunction", "lambda:CreateEventSourceMapping"] {
            assert!(needs.actions.contains_key(action), "{action}");
        }
        let [role] = needs.identities.as_slice() else {
            panic!("{:?}", needs.identities)
        };
        assert!(role.has_boundary && role.path.as_deref() == Some("/acme/service/orders/"));
    }

    #[test]
    fn parameters_nested_stacks_and_what_is_unknown() {
        let mut needs = Needs::default();
        needs.add(
            "orders",
            &json!({
                "Parameters": {"Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/images/base"}},
                "Resources": {
                    "Inner": {"Type": "AWS::CloudFormation::Stack"},
                    "Strange": {"Type": "Acme::No::Such"},
                },
            }),
        );
        let read = &needs.actions["ssm:GetParameters"];
        assert!(
            read.resources
                .iter()
                .next()
                .unwrap()
                .ends_with(":parameter/images/base")
        );
        assert_eq!(needs.nested_stacks, ["Inner"]);
        assert_eq!(
            needs.unknown,
            [("Strange".to_owned(), "Acme::No::Such".to_owned())]
        );
    }

    #[test]
    fn names_that_functions_make_are_patterns() {
        let mut needs = Needs::default();
        needs.add(
            "shop",
            &json!({"Resources": {
                "Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": {"Fn::Sub": "orders-${Stage}"}}},
                "Thing": {"Type": "Custom::Thing", "Properties": {"ServiceToken": {"Fn::GetAtt": ["F", "Arn"]}}},
            }}),
        );
        let table = needs.actions["dynamodb:CreateTable"]
            .resources
            .iter()
            .next()
            .unwrap();
        assert!(table.ends_with(":table/orders-*"), "{table}");
        assert!(needs.actions.contains_key("lambda:InvokeFunction"));
    }
}
