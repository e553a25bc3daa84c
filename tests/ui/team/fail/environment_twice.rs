//! two environments of one name
//!
//! scripts: never: the last one wins
//! cdk: synth: the construct exists already
//! terraform: plan: declared twice

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1;
        environment dev = "333333333333" in us-east-1;
        wave all = [dev];
    }
}

fn main() {}
