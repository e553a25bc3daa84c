//! production in a wave that asks nobody
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

fn release(prod: Environment<Production>) -> Wave {
    Wave::named(name!("release")).to(prod).any()
}

fn main() {}
