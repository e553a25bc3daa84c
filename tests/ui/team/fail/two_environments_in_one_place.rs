//! two environments in one account and region
//!
//! scripts: never: the stacks of one replace those of the other
//! cdk: never: the stacks of one replace those of the other
//! terraform: never: the stacks of one replace those of the other

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1;
        environment qa = "222222222222" in us-east-1;
        wave all = [dev, qa];
    }
}

fn main() {}
