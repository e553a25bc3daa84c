//! a branch with the prefix of references
//!
//! scripts: never: no push matches
//! cdk: never: no push matches
//! terraform: never: no push matches

use pipeline_dsl::prelude::*;

fn repository(github: Connection) -> Repository {
    Repository::new(github, repository_name!("acme/orders")).branch(branch_name!("refs/heads/main").as_str())
}

fn main() {}
