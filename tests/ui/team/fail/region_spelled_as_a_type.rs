//! a region in another spelling
//!
//! scripts: deploy
//! cdk: deploy
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in UsEast1;
        wave all = [dev];
    }
}

fn main() {}
