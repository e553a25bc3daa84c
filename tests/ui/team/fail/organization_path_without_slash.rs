//! an organization path that matches nobody
//!
//! scripts: run: every developer is denied
//! cdk: run: every developer is denied
//! terraform: run: every developer is denied

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        organization = "o-abcdefghij/r-h123/ou-h123-3zyxwvut";
        build = "111111111111" in us-east-1;
    }
}

fn main() {}
