//! an environment in the build account
//!
//! scripts: never: its deployments may do what builds may
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "111111111111" in us-west-2;
        wave all = [dev];
    }
}

fn main() {}
