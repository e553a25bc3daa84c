//! a list with forks that cannot be
//!
//! scripts: deploy
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/forks.toml";
    }
}

fn main() {}
