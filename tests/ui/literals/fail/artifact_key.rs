//! an artifact whose key cannot be told apart in a policy
//!
//! scripts: run: the event does not match
//! cdk: run: the event does not match
//! terraform: run: the event does not match

use pipeline_dsl::prelude::*;

fn bundle() -> Artifact {
    Artifact::key(object_key!("orders/*.zip"))
}

fn main() {}
