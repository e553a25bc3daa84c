//! a developer in the account of an environment
//!
//! scripts: never: the developer deploys over the environment
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1;
        wave all = [dev];
        developer alice = "222222222222" in us-east-1;
    }
}

fn main() {}
