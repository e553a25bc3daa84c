//! temp
pub mod diagnostic;
pub mod model;
pub mod policy;
pub mod cloudformation;
pub mod team;
pub mod constructs;
pub mod synth;
pub mod deploy;
pub mod local;
pub mod prelude;

pub use pipeline_dsl_macros::team;
