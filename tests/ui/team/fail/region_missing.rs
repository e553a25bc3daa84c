//! an account without a region
//!
//! scripts: never: the region of the profile is taken
//! cdk: never: the region of whoever deploys is taken
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222";
        wave all = [dev];
    }
}

fn main() {}
