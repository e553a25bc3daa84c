//! a connection to a provider that CodeBuild does not know
//!
//! scripts: no such notion
//! cdk: deploy
//! terraform: deploy

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        connection githab = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d";
        build = "111111111111" in us-east-1;
    }
}

fn main() {}
