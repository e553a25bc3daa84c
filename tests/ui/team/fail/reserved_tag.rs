//! a tag with a prefix that AWS keeps for itself
//!
//! scripts: deploy
//! cdk: deploy
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        tag "aws:team" = "delivery";
    }
}

fn main() {}
