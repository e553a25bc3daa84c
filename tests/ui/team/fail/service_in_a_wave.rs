//! a wave that names something else than an environment
//!
//! scripts: never
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        wave test = [orders];
    }
}

fn main() {}
