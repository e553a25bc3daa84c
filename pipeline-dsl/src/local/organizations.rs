//! AWS Organizations, as far as somebody asks where an account is: the local cloud does not know before it is told, and answers
//! as AWS answers whoever may not ask.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http::response::ApiError;

/// Of accounts and organizational units, what they are in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parents(BTreeMap<String, String>);

impl Parents {
    /// Tells where an account is, from the root down.
    pub(crate) fn set_path(&mut self, account: &str, path: &[&str]) {
        let mut child = account;
        for parent in path.iter().rev() {
            self.0.insert(child.to_owned(), (*parent).to_owned());
            child = parent;
        }
    }
}

/// Answers an action of Organizations.
pub(crate) fn act(parents: &Parents, action: &str, asked: &Value) -> Result<Value, ApiError> {
    if action != "ListParents" {
        let message = format!("the local cloud does not know {action} of organizations");
        return Err(ApiError::new("InvalidAction", message));
    }
    if parents.0.is_empty() {
        let reason = "You don't have permissions to access this resource.";
        return Err(ApiError::denied("AccessDeniedException", reason));
    }
    let child = asked.get("ChildId").and_then(Value::as_str).unwrap_or_default();
    let Some(parent) = parents.0.get(child) else {
        let reason = "You specified a child that doesn't exist.";
        return Err(ApiError::not_found("ChildNotFoundException", reason));
    };
    let kind = if parent.starts_with("r-") {
        "ROOT"
    } else {
        "ORGANIZATIONAL_UNIT"
    };
    Ok(json!({"Parents": [{"Id": parent, "Type": kind}]}))
}
