//! a wave that names an environment nobody declared
//!
//! scripts: never: nothing is deployed
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment qa = "222222222222" in us-east-1;
        wave test = [qb];
    }
}

fn main() {}
