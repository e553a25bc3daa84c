//! The shapes that the parts of a template have: CloudFormation refuses any other before it reads further.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>

use serde_json::{Map, Value};

use crate::local::http::response::ApiError;

/// Same page.
const SECTIONS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html>
const ATTRIBUTES: [&str; 9] = [
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// Refuses a template whose parts are not what they have to be.
pub(crate) fn check_shape(root: &Map<String, Value>) -> Result<(), ApiError> {
    let unknown: Vec<&str> = root
        .keys()
        .map(String::as_str)
        .filter(|name| !SECTIONS.contains(name))
        .collect();
    if !unknown.is_empty() {
        return refused(format!(
            "Invalid template property or properties [{}]",
            unknown.join(", ")
        ));
    }
    if let Some(path) = null(root) {
        return refused(format!("[{path}] 'null' values are not allowed in templates"));
    }
    // What is not done is not passed over.
    if let Some(name) = ["Hooks", "Rules", "Transform"]
        .into_iter()
        .find(|name| root.contains_key(*name))
    {
        return Err(ApiError::validation(format!(
            "the local cloud does not do what {name} of a template asks for"
        )));
    }
    for name in ["Conditions", "Mappings", "Outputs", "Parameters", "Resources"] {
        for (member, value) in section(root, name)? {
            if !value.is_object() {
                return refused(format!("Every {name} member must be an object: {member}"));
            }
        }
    }
    for (name, parameter) in section(root, "Parameters")? {
        if !parameter.get("Type").is_some_and(Value::is_string) {
            return refused(format!(
                "Every Parameters object must contain a Type member: {name}"
            ));
        }
    }
    for (name, output) in section(root, "Outputs")? {
        if output.get("Value").is_none() {
            return refused(format!(
                "Every Outputs member must contain a Value object: {name}"
            ));
        }
    }
    for (name, resource) in section(root, "Resources")? {
        check_resource(name, resource)?;
    }
    Ok(())
}

fn check_resource(name: &str, resource: &Value) -> Result<(), ApiError> {
    let attributes = resource.as_object().into_iter().flatten();
    for (attribute, value) in attributes {
        if !ATTRIBUTES.contains(&attribute.as_str()) {
            return Err(ApiError::validation(format!(
                "Invalid template resource property '{attribute}'"
            )));
        }
        let text_or_texts = || match value {
            Value::Array(several) => several.iter().all(Value::is_string),
            one => one.is_string(),
        };
        match attribute.as_str() {
            "Properties" | "Metadata" if !value.is_object() => {
                return refused(format!("Any {attribute} member must be an object: {name}"));
            }
            "DependsOn" if !text_or_texts() => {
                return refused(format!("DependsOn must be a string or list of strings: {name}"));
            }
            "Condition" | "DeletionPolicy" | "UpdateReplacePolicy" if !value.is_string() => {
                return refused(format!("Every {attribute} member must be a string: {name}"));
            }
            _ => {}
        }
    }
    if resource.get("Type").is_some_and(Value::is_string) {
        Ok(())
    } else {
        refused(format!(
            "Every Resources object must contain a Type member: {name}"
        ))
    }
}

fn section<'a>(
    root: &'a Map<String, Value>,
    name: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, ApiError> {
    let section = match root.get(name) {
        Some(Value::Object(section)) => Some(section),
        Some(_) => return refused(format!("{name} must be an object")),
        None => None,
    };
    Ok(section.into_iter().flatten())
}

/// Where there is a null.
fn null(root: &Map<String, Value>) -> Option<String> {
    fn search(value: &Value, path: &mut String) -> bool {
        let length = path.len();
        let mut within = |step: &str, inner: &Value| {
            path.push('/');
            path.push_str(step);
            let found = search(inner, path);
            if !found {
                path.truncate(length);
            }
            found
        };
        match value {
            Value::Null => true,
            Value::Object(map) => map.iter().any(|(name, inner)| within(name, inner)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .any(|(index, inner)| within(&index.to_string(), inner)),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    root.iter().find_map(|(name, value)| {
        let mut path = format!("/{name}");
        search(value, &mut path).then_some(path)
    })
}

fn refused<T>(message: impl std::fmt::Display) -> Result<T, ApiError> {
    Err(ApiError::validation(format!("Template format error: {message}")))
}
