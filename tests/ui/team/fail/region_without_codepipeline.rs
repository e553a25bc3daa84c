//! a region where CodePipeline does not run
//!
//! scripts: run: the action cannot start
//! cdk: run: the action cannot start
//! terraform: run: the action cannot start

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in mx-central-1;
        wave all = [dev];
    }
}

fn main() {}
