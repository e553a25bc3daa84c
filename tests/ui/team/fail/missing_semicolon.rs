//! a declaration that does not end
//!
//! scripts: deploy: YAML that means something else
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders
        service billing;
        developer alice = "555555555555" in us-east-1 { hold billing }
    }
}

fn main() {}
