//! a developer in a list whose name has a dot
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
        developers = include "included/dotted_name.toml";
    }
}

fn main() {}
