//! an environment that nothing is deployed to
//!
//! scripts: never
//! cdk: never
//! terraform: never

// A warning by itself.
#![deny(deprecated)]

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1;
        environment qa = "333333333333" in us-east-1;
        wave all = [dev];
    }
}

fn main() {}
