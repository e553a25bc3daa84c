//! a connection in another account than the one that uses it
//!
//! scripts: no such notion
//! cdk: run: the build is refused
//! terraform: run: the build is refused

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/0a1b2c3d";
    }
}

fn main() {}
