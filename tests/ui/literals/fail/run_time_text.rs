//! text known at run time where a literal belongs
//!
//! scripts: accepted
//! cdk: accepted
//! terraform: accepted

use pipeline_dsl::prelude::*;

fn bundle(service: &str) -> Artifact {
    Artifact::key(object_key!(service))
}

fn main() {}
