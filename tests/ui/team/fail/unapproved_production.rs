//! production that is released to without an approval
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        production prod = "222222222222" in us-east-1;
        wave release = [prod];
    }
}

fn main() {}
