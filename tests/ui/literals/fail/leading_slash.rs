//! an artifact whose key begins with a slash
//!
//! scripts: run: the source never starts
//! cdk: run: the source never starts
//! terraform: run: the source never starts

use pipeline_dsl::prelude::*;

fn bundle() -> Artifact {
    Artifact::key(object_key!("/orders/orders.zip"))
}

fn main() {}
