//! a name that is a keyword of Rust
//!
//! scripts: accepted
//! cdk: accepted
//! terraform: accepted

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service type;
    }
}

fn main() {}
