//! a waiver for an environment that needs none
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

const DEV: Environment<Standard> =
    Environment::standard(Name::new("dev"), AccountId::new("222222222222"), Region::UsEast1)
        .unapproved("it is ours");

fn main() {}
