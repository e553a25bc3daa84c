//! an account and a region with something else between
//!
//! scripts: deploy
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" @ us-east-1;
        wave all = [dev];
    }
}

fn main() {}
