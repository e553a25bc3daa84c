//! a declared wave of production that asks nobody
//!
//! scripts: never
//! cdk: never
//! terraform: never

use pipeline_dsl::prelude::*;

const PROD: Environment<Production> =
    Environment::production(Name::new("prod"), AccountId::new("222222222222"), Region::UsEast1);
const RELEASE: Wave = Wave::declared(Name::new("release"), &[PROD.any()]);

fn main() {}
