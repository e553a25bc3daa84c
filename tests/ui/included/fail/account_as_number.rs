//! a list with an account written as a number
//!
//! scripts: never: leading zeros are lost
//! cdk: compile
//! terraform: never: leading zeros are lost

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/account_as_number.toml";
    }
}

fn main() {}
