//! a deployment that may do everything
//!
//! scripts: never: it was AdministratorAccess
//! cdk: never: AdministratorAccess is the default
//! terraform: never

use pipeline_dsl::prelude::*;

fn permissions() -> Permissions {
    Permissions::new().allow(actions!["*", "dynamodb:*"], resource_arns!["*"])
}

fn main() {}
