//! Policies inside a template: their texts may hold intrinsics.

use super::text::Text;

/// A policy inside a template: its text may hold intrinsics.
pub type PolicyDocument = crate::policy::PolicyDocument<Text>;
/// A statement inside a template.
pub type Statement = crate::policy::Statement<Text>;
/// A principal inside a template.
pub type Principal = crate::policy::Principal<Text>;
