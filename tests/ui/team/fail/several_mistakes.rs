//! several mistakes at once
//!
//! scripts: one at a time, at deploy
//! cdk: one at a time
//! terraform: all, at plan

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        organization = "o-abcdefghij";
        build = "11111111111" in us-esat-1;
        environment dev = "222222222222" in eu-wset-1;
        production prod = "333333333333" in us-west-2;
        wave all = [dve];
        wave release = [prod];
        developer alice = "22222222222" in us-east-1 { hold ordres; }
        service orders;
    }
}

fn main() {}
