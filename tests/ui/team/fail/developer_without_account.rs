//! a developer without an account
//!
//! scripts: deploy
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        developer alice;
    }
}

fn main() {}
