//! an approval that waits longer than CodePipeline lets it
//!
//! scripts: deploy: the pipeline is refused
//! cdk: synth
//! terraform: deploy: the pipeline is refused

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        production prod = "222222222222" in us-east-1;
        wave release = [prod] after approval within 90 days;
    }
}

fn main() {}
