//! a list with an account that is taken
//!
//! scripts: deploy: the second overwrites the first
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/shared_account.toml";
    }
}

fn main() {}
