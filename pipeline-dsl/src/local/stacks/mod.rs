//! What is deployed: stacks with their resources and definitions.

pub(super) mod change_set;
pub(super) mod definition;
pub(super) mod document;
pub(super) mod execution;
pub(super) mod index;
pub(super) mod known_type;
pub(super) mod preparation;
pub(super) mod properties;
pub(super) mod resource;
pub(super) mod scope;
pub(super) mod stack;
pub(super) mod status;
pub(super) mod template;
pub(super) mod template_shape;
pub(super) mod templates;
pub(super) mod unique_keys;
