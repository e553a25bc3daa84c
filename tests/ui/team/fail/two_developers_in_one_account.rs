//! two developers in one account
//!
//! scripts: deploy: the second overwrites the first
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        developer alice = "555555555555" in us-east-1;
        developer bob = "555555555555" in eu-west-1;
    }
}

fn main() {}
