//! Developers of a list, and one of the program.

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        service billing;
        developers = include "included/developers.toml";
        developer bob = "666666666666" in us-east-1;
    }
}

fn main() {
    assert_eq!(acme::mary_ann.name().as_str(), "mary-ann");
    assert_eq!(acme::mary_ann.account(), account_id!("012345678901"));
    assert_eq!(acme::TEAM.developers.len(), 3);
}
