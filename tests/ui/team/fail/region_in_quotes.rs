//! a region in quotes
//!
//! scripts: accepted
//! cdk: accepted
//! terraform: accepted

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in "us-east-1";
        wave all = [dev];
    }
}

fn main() {}
