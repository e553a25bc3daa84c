//! an account written as a number
//!
//! scripts: never: leading zeros are lost
//! cdk: compile: a string is asked for
//! terraform: never: leading zeros are lost

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = 222222222222 in us-east-1;
        wave all = [dev];
    }
}

fn main() {}
