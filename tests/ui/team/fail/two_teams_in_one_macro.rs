//! two teams in one declaration
//!
//! scripts: no such notion
//! cdk: accepted
//! terraform: accepted

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
    }
    mod other {
        build = "222222222222" in us-east-1;
    }
}

fn main() {}
