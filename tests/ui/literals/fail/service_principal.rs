//! a service that is not a principal
//!
//! scripts: deploy: the policy is refused
//! cdk: deploy: the policy is refused
//! terraform: deploy: the policy is refused

use pipeline_dsl::prelude::*;

fn roles() -> Roles {
    Roles::passed_to(service_principals!["lambda"])
}

fn main() {}
