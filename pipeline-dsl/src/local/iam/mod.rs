//! Who may do what, as far as somebody decides, and sessions of roles.

pub(super) mod authorizer;
pub(super) mod sts;
