//! Where accounts are in their organization.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html>

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::ParentType;

use crate::deploy::aws::call_error::CallError;
use crate::model::AccountId;

/// Organizational units are nested at most so deep, below the root.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEPTH: usize = 5;

/// AWS Organizations, as one account sees it.
#[derive(Debug, Clone)]
pub(crate) struct OrganizationClient {
    client: Client,
}

impl OrganizationClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Where an account is, as `aws:PrincipalOrgPaths` has it but for the organization's id: `r-…/ou-…/ou-…/`. Only the management
    /// account may ask, and whom it lets.
    pub(crate) async fn path(&self, account: AccountId) -> Result<String, CallError> {
        let mut path = String::new();
        let mut child = account.to_string();
        // The units, and the root.
        for _ in 0..=DEPTH {
            let asked = self.client.list_parents().child_id(&child).send().await;
            let asked = asked.map_err(|error| CallError::of("ListParents", error))?;
            let Some(parent) = asked.parents.unwrap_or_default().into_iter().next() else {
                break;
            };
            child = parent.id.unwrap_or_default();
            path = format!("{child}/{path}");
            if parent.r#type == Some(ParentType::Root) {
                break;
            }
        }
        Ok(path)
    }
}
