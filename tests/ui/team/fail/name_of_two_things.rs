//! a name of two things
//!
//! scripts: never
//! cdk: synth: the construct exists already
//! terraform: accepted

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment test = "222222222222" in us-east-1;
        wave test = [test];
    }
}

fn main() {}
