//! a list with malformed values
//!
//! scripts: deploy
//! cdk: deploy
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/malformed_values.toml";
    }
}

fn main() {}
