//! a hold of something else than a service
//!
//! scripts: no such notion
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1;
        wave all = [dev];
        developer alice = "555555555555" in us-east-1 { hold dev; }
    }
}

fn main() {}
