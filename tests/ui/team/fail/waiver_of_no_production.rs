//! a waiver of an approval that nobody asks for
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1 unapproved "it is ours";
        wave all = [dev];
    }
}

fn main() {}
