//! a name that AWS does not take everywhere
//!
//! scripts: deploy: the bucket is refused
//! cdk: synth, of buckets only
//! terraform: plan, of buckets only

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment Dev = "222222222222" in us-east-1;
        wave all = [Dev];
    }
}

fn main() {}
