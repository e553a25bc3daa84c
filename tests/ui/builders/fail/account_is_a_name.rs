//! two values in each other's place
//!
//! scripts: deploy
//! cdk: deploy: both are strings
//! terraform: plan or deploy: both are strings

use pipeline_dsl::prelude::*;

const DEV: Environment<Standard> =
    Environment::standard(AccountId::new("222222222222"), Name::new("dev"), Region::UsEast1);

fn main() {}
