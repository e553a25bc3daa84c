//! two services of one name
//!
//! scripts: deploy: the stack of one becomes that of the other
//! cdk: synth: the construct exists already
//! terraform: plan: declared twice

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service orders;
    }
}

fn main() {}
