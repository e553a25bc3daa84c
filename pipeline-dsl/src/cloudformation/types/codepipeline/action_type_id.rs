use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ActionTypeId {
    pub category: &'static str,
    pub owner: &'static str,
    pub provider: &'static str,
    pub version: &'static str,
}

impl ActionTypeId {
    /// An action type of AWS's own.
    pub const fn aws(category: &'static str, provider: &'static str) -> Self {
        Self {
            category,
            owner: "AWS",
            provider,
            version: "1",
        }
    }
}
