//! a resource with a pseudo parameter that is not filled in
//!
//! scripts: run: AccessDenied
//! cdk: run: AccessDenied
//! terraform: run: AccessDenied

use pipeline_dsl::prelude::*;

fn permissions() -> Permissions {
    let table = resource_arns!["arn:aws:dynamodb:*:*:table/${AWS::StackName}-orders"];
    Permissions::new().allow(actions!["dynamodb:CreateTable"], table)
}

fn main() {}
