//! a declaration that there is none of
//!
//! scripts: deploy: an unknown property
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        bucket artifacts = "acme-artifacts";
    }
}

fn main() {}
