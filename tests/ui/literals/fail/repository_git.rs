//! a repository with `.git` behind its name
//!
//! scripts: deploy: the webhook is refused
//! cdk: deploy: the webhook is refused
//! terraform: deploy: the webhook is refused

use pipeline_dsl::prelude::*;

fn repository(github: Connection) -> Repository {
    Repository::new(github, repository_name!("acme/orders.git"))
}

fn main() {}
