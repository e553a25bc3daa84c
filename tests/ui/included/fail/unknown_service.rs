//! a list that holds a service nobody declared
//!
//! scripts: never
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/unknown_service.toml";
    }
}

fn main() {}
