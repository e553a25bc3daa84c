//! a region that does not exist
//!
//! scripts: deploy: the endpoint does not resolve
//! cdk: deploy: the endpoint does not resolve
//! terraform: plan: the provider refuses it

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-wset-2;
        wave all = [dev];
    }
}

fn main() {}
