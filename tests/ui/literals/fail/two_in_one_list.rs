//! two mistakes in one list
//!
//! scripts: deploy: the policy is refused
//! cdk: deploy: the policy is refused
//! terraform: deploy: the policy is refused

use pipeline_dsl::prelude::*;

fn permissions() -> Permissions {
    Permissions::new().allow(actions!["dynamodb", "dynamodb:CreateTable", "s3:*"], resource_arns!["orders"])
}

fn main() {}
