//! a fork whose branch is a reference
//!
//! scripts: never: no push matches
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        developer alice = "555555555555" in us-east-1 {
            connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/0a1b2c3d";
            fork orders = "alice/orders" branch "refs/heads/refunds";
        }
    }
}

fn main() {}
