//! a list that is not there
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
        developers = include "included/no_such_file.toml";
    }
}

fn main() {}
