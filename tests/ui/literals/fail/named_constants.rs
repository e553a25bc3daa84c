//! malformed literals in constants
//!
//! scripts: deploy
//! cdk: deploy
//! terraform: plan

use pipeline_dsl::prelude::*;

const ALICE: AccountId = AccountId::new("55555555555");
const ALICES: RepositoryName = RepositoryName::new("alice");
const UNIT: OrganizationPath = OrganizationPath::new("ou-h123-3zyxwvut");
const HOME: Region = Region::new("eu-wset-1");

fn main() {}
