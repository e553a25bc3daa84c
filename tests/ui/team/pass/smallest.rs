//! A build account is enough to begin with.

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
    }
}

fn main() {
    assert!(acme::TEAM.developers.is_empty());
}
