//! Every literal that there is.

use pipeline_dsl::model::{Action, ArtifactPath, ResourceArn, ServicePrincipal, StackName};
use pipeline_dsl::prelude::*;

const NOBODY: [Action; 0] = actions![];

fn main() {
    let _: AccountId = account_id!("012345678901");
    let _: Name = name!("orders");
    let _: OrganizationPath = organization_path!("o-abcdefghij/r-h123/");
    let _: ObjectKey = object_key!("orders/orders.zip");
    let _: ArtifactPath = artifact_path!("deploy/orders.yaml");
    let _: StackName = stack_name!("orders");
    let _: RepositoryName = repository_name!("acme/orders");
    let _: BranchName = branch_name!("feature/refunds");
    let _: [Action; 2] = actions!["dynamodb:CreateTable", "dynamodb:Describe*",];
    let _: [ResourceArn; 1] = resource_arns!["*"];
    let _: [ServicePrincipal; 1] = service_principals!["lambda.amazonaws.com"];
    assert!(NOBODY.is_empty());
    assert_eq!("moon".parse::<Region>().unwrap_err().to_string(), "`moon` is not an AWS region: write its code, such as `us-east-1`");
}
