//! a wave without environments
//!
//! scripts: deploy: the stage is refused
//! cdk: synth: a stage needs an action
//! terraform: deploy: the stage is refused

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        wave test = [];
    }
}

fn main() {}
