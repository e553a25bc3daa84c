//! What the deployment of a service's own templates needs, and what of it a program does not grant.
//!
//! CloudFormation's handlers say what they may ask AWS for; what a resource does not use, they do not ask. So what is found is never
//! too little for the types that are known, and may be more than a template needs.

mod deployment;
mod lacking;
mod serverless;
mod template_file;

pub use deployment::{IdentityKind, IdentityOfTemplate, Need, Needs};
pub use lacking::{Lacking, lacking};
pub use template_file::{TemplateFileError, read};
