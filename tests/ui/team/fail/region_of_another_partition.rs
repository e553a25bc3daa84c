//! an environment in another partition than the build account
//!
//! scripts: run: the role cannot be assumed
//! cdk: run: the role cannot be assumed
//! terraform: run: the role cannot be assumed

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment china = "222222222222" in cn-north-1;
        wave all = [china];
    }
}

fn main() {}
