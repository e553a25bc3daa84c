//! an artifact that is added after the release
//!
//! scripts: never
//! cdk: run: the later stage sees it, the earlier does not
//! terraform: plan

use pipeline_dsl::prelude::*;

fn add(mut orders: Pipeline<Releasing>) {
    orders.source(Artifact::key("late.zip"));
}

fn main() {}
