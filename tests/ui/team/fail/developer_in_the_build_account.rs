//! a developer in the build account
//!
//! scripts: never: the copy overwrites the original
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        developer alice = "111111111111" in us-east-1;
    }
}

fn main() {}
