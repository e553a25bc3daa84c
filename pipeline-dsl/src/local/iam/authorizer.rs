//! Who decides about requests of roles.

use std::fmt;

use crate::policy::Request;

/// Who decides whether the requests of roles go through.
pub trait Authorizer: fmt::Debug + Send + Sync {
    /// Whether this request goes through.
    ///
    /// # Errors
    /// When it does not, with the reason.
    fn authorize(&self, request: &Request) -> Result<(), String>;
}
