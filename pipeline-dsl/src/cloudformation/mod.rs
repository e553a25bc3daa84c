//! CloudFormation's template language as data.
//!
//! A [`Stack`] is written by adding resources to it. Adding one returns a [`Handle`], and a handle is the
//! only way to get a `Ref` or a `Fn::GetAtt`: a reference to something that is in no stack cannot be
//! written. Using a handle of *another* stack makes an import: a computed name where the name is known
//! beforehand, else a parameter that the deployer fills from that stack's outputs.

mod condition;
pub mod decided;
pub mod foreseen;
mod handle;
pub mod input_transformer;
pub mod limits;
mod logical_names;
mod parameter;
mod policies;
mod pseudo;
pub mod quotas;
pub mod references;
#[cfg(feature = "permissions")]
pub mod registry;
pub mod resolve;
mod stack;
mod template;
pub(crate) mod text;
mod type_facts;
pub mod types;

pub use condition::{Condition, OnlyIf};
pub use handle::{Handle, KnownName, StackKey};
pub use logical_names::{ConditionRef, ParameterRef};
pub use parameter::Parameter;
pub use policies::{PolicyDocument, Principal, Statement};
pub use pseudo::{Pseudo, PseudoValues};
pub use stack::{Defect, Import, Stack};
pub use template::{DeletionPolicy, Output, Resource, Template};
pub use text::Text;
pub use type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, NewResource, Policies, ReadBack, TypeFacts,
    each_text,
};
pub use types::resource_kind::ResourceKind;
pub use types::resource_type::{Attribute, HasArn, ResourceType};

pub(crate) use text::text;
