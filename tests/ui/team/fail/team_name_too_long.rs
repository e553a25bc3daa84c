//! a team whose name leaves no room in a bucket
//!
//! scripts: deploy: the bucket is refused
//! cdk: synth, of buckets only
//! terraform: plan, of buckets only

use pipeline_dsl::prelude::*;

team! {
    mod acme_and_its_many_subsidiaries {
        build = "111111111111" in us-east-1;
    }
}

fn main() {}
