//! two build accounts
//!
//! scripts: never: the last one wins
//! cdk: no such notion
//! terraform: plan: declared twice

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        build = "222222222222" in us-east-1;
    }
}

fn main() {}
