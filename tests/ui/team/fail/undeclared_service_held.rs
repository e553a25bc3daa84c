//! a hold of a service that is not declared
//!
//! scripts: no such notion
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        developer alice = "555555555555" in us-east-1 { hold billing; }
    }
}

fn main() {}
