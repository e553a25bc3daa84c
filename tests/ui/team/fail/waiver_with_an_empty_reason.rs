//! a waived approval with an empty reason
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        production prod = "222222222222" in us-east-1 unapproved "";
        wave release = [prod];
    }
}

fn main() {}
