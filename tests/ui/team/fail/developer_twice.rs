//! two developers of one name
//!
//! scripts: never: the last one wins
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        developer alice = "555555555555" in us-east-1;
        developer alice = "666666666666" in us-east-1;
    }
}

fn main() {}
