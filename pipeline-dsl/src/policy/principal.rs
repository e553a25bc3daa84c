use serde::ser::{Serialize, SerializeMap, Serializer};

/// Who a resource policy or a trust policy speaks of.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Principal<T> {
    /// Everybody; only ever with conditions that narrow it.
    Anyone,
    /// Accounts, roles or users, by ARN.
    Aws(Vec<T>),
    /// An AWS service, such as `cloudformation.amazonaws.com`.
    Service(T),
    /// An identity provider of the account, by ARN: whoever has one of its tokens, as far as conditions on these let them.
    Federated(T),
}

impl<T: Serialize> Serialize for Principal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Anyone => serializer.serialize_str("*"),
            Self::Aws(principals) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("AWS", principals)?;
                map.end()
            }
            Self::Service(service) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("Service", service)?;
                map.end()
            }
            Self::Federated(provider) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("Federated", provider)?;
                map.end()
            }
        }
    }
}
