//! a misspelled declaration
//!
//! scripts: deploy: an unknown property
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        enviroment dev = "222222222222" in us-east-1;
        developer alice = "555555555555" in us-east-1 { held orders; }
    }
}

fn main() {}
