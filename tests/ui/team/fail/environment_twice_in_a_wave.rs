//! a wave that names an environment twice
//!
//! scripts: deploy: the stage is refused
//! cdk: synth: the action exists already
//! terraform: deploy: the stage is refused

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "222222222222" in us-east-1;
        wave all = [dev, dev];
    }
}

fn main() {}
