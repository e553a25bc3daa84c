//! an environment without an account
//!
//! scripts: deploy: a placeholder is left in the template
//! cdk: never: the account of whoever deploys is taken
//! terraform: never: the account of whoever deploys is taken

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = us-east-1;
        wave all = [dev];
    }
}

fn main() {}
