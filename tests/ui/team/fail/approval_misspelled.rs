//! an approval that is not understood
//!
//! scripts: never
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        production prod = "222222222222" in us-east-1;
        wave release = [prod] after aproval;
    }
}

fn main() {}
