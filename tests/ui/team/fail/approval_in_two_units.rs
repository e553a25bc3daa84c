//! an approval that waits for days and hours
//!
//! scripts: no such notion
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        production prod = "222222222222" in us-east-1;
        wave release = [prod] after approval within 5 days 3 hours;
    }
}

fn main() {}
