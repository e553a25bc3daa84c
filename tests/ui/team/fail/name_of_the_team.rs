//! a name that the team has itself
//!
//! scripts: no such notion
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment TEAM = "222222222222" in us-east-1;
    }
}

fn main() {}
