//! a list with a developer without an account
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
        developers = include "included/missing_account.toml";
    }
}

fn main() {}
