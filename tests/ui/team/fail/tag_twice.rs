//! a tag that is given twice
//!
//! scripts: never: the last one wins
//! cdk: never: the last one wins
//! terraform: never: the last one wins

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        tag "owner" = "delivery";
        tag "owner" = "platform";
    }
}

fn main() {}
