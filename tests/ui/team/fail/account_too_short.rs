//! an account with too few digits
//!
//! scripts: deploy: the role cannot be assumed
//! cdk: deploy: the environment does not exist
//! terraform: plan: of the provider only

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "22222222222" in us-east-1;
        wave all = [dev];
    }
}

fn main() {}
