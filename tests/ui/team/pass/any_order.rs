//! Whatever is named may be declared later.

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        developer alice = "555555555555" in us-east-1 { hold billing; }
        wave all = [dev];
        service billing;
        environment dev = "222222222222" in us-east-1;
        build = "111111111111" in us-east-1;
    }
}

fn main() {
    assert_eq!(acme::all.environments()[0].name().as_str(), "dev");
}
