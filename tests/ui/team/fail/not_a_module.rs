//! a team that is not a module
//!
//! scripts: no such notion
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    build = "111111111111" in us-east-1;
}

fn main() {}
