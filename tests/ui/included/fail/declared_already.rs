//! a list with a developer who is declared in the program
//!
//! scripts: never: the last one wins
//! cdk: no such notion
//! terraform: no such notion

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        developer alice = "666666666666" in us-east-1;
        developers = include "included/declared_already.toml";
    }
}

fn main() {}
