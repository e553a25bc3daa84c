//! an approval that waits for an unknown unit of time
//!
//! scripts: no such notion
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        production prod = "222222222222" in us-east-1;
        wave release = [prod] after approval within 3 weeks;
    }
}

fn main() {}
