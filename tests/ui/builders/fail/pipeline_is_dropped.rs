//! a pipeline that is made and given to nobody
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

#[deny(unused_must_use)]
fn orders(pipeline: Pipeline<Releasing>, wave: Wave) {
    pipeline.release(wave);
}

fn main() {}
