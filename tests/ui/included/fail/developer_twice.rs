//! a developer who is in a list twice
//!
//! scripts: deploy
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/developer_twice.toml";
    }
}

fn main() {}
