//! a resource that is not an ARN
//!
//! scripts: deploy: the policy is refused
//! cdk: deploy: the policy is refused
//! terraform: deploy: the policy is refused

use pipeline_dsl::prelude::*;

fn permissions() -> Permissions {
    Permissions::new().allow(actions!["dynamodb:CreateTable"], resource_arns!["table/orders"])
}

fn main() {}
