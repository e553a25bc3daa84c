//! a team without a build account
//!
//! scripts: deploy
//! cdk: never: the account of whoever deploys is taken
//! terraform: never: the account of whoever deploys is taken

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        environment dev = "222222222222" in us-east-1;
        wave all = [dev];
    }
}

fn main() {}
