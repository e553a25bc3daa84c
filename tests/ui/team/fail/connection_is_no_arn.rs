//! a connection that is not an ARN
//!
//! scripts: no such notion
//! cdk: deploy
//! terraform: deploy

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        connection github = "acme/orders";
        build = "111111111111" in us-east-1;
    }
}

fn main() {}
