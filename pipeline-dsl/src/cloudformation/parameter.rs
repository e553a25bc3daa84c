use serde::Serialize;

/// A parameter of a template.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    r#type: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
}

impl Parameter {
    /// A string that must be given.
    pub fn string(description: impl Into<String>) -> Self {
        Self {
            r#type: "String",
            description: description.into(),
            default: None,
        }
    }

    /// A list of strings with commas between them, empty unless given.
    pub fn comma_delimited_list(description: impl Into<String>) -> Self {
        Self {
            r#type: "CommaDelimitedList",
            description: description.into(),
            default: Some(String::new()),
        }
    }

    /// The value where none is given.
    #[must_use]
    pub fn default_value(mut self, value: impl Into<String>) -> Self {
        self.default = Some(value.into());
        self
    }
}
