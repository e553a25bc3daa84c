//! a fork that nothing can read
//!
//! scripts: deploy: the webhook is refused
//! cdk: deploy: the webhook is refused
//! terraform: deploy: the webhook is refused

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        developer alice = "555555555555" in us-east-1 { fork orders = "alice/orders"; }
    }
}

fn main() {}
