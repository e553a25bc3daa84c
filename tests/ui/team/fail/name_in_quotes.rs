//! a name in quotes
//!
//! scripts: accepted
//! cdk: accepted
//! terraform: accepted

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service "orders";
    }
}

fn main() {}
