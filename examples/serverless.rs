//! Services with many files, nine functions from SAM and nested stacks, and one whose templates come as they are. Their repositories
//! stand in `examples/serverless/`; `docs/assets.md` and `docs/permissions.md` explain them.
//!
//! ```sh
//! cargo run --example serverless
//! ```

use pipeline_dsl::prelude::*;

team! {
    /// Initech: orders in nine functions, a catalog in nested stacks, and receipts as they were before.
    mod initech {
        build = "111111111111" in us-east-1;
        connection github = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d";

        environment dev  = "222222222222" in us-east-1;
        production  prod = "333333333333" in eu-west-1;

        wave development = [dev];
        wave release     = [prod] after approval;

        service orders;
        service catalog;
        service receipts;

        developer alice = "555555555555" in us-east-1 {
            connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/4e5f6a7b";
            fork orders = "alice/orders";
        }
        developer bob = "666666666666" in eu-west-1;
    }
}

fn main() -> ExitCode {
    pipeline_dsl::cli::main(team)
}

pub(crate) fn team() -> Result<Team> {
    initech::TEAM
        .with(orders())
        .with(catalog())
        .with(receipts())
        .build()
}

/// A table, nine functions, the role that they share, and a managed policy.
fn orders() -> Pipeline<Releasing, initech::orders> {
    let (orders, bundle) =
        Pipeline::from_artifact(initech::orders, Artifact::key(object_key!("orders/orders.zip")));
    orders
        .built_by(CodeBuild::of(Repository::new(
            initech::github,
            repository_name!("initech/orders"),
        )))
        .stack(
            Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .assets(&bundle, "AssetsBucket", "AssetsPrefix"),
        )
        .permissions(
            Permissions::new()
                // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html
                .allow(
                    actions!["cloudformation:CreateChangeSet"],
                    resource_arns![
                        "arn:${AWS::Partition}:cloudformation:*:aws:transform/Serverless-2016-10-31"
                    ],
                )
                .allow(
                    actions![
                        "dynamodb:CreateTable",
                        "dynamodb:DeleteTable",
                        "dynamodb:DescribeContinuousBackups",
                        "dynamodb:DescribeContributorInsights",
                        "dynamodb:DescribeKinesisStreamingDestination",
                        "dynamodb:DescribeTable",
                        "dynamodb:DescribeTimeToLive",
                        "dynamodb:GetResourcePolicy",
                        "dynamodb:ListTagsOfResource",
                        "dynamodb:TagResource",
                        "dynamodb:UntagResource",
                        "dynamodb:UpdateTable",
                    ],
                    resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"],
                )
                .allow(
                    actions![
                        "lambda:CreateFunction",
                        "lambda:DeleteFunction",
                        "lambda:GetFunction",
                        "lambda:GetFunctionCodeSigningConfig",
                        "lambda:GetFunctionRecursionConfig",
                        "lambda:GetFunctionScalingConfig",
                        "lambda:GetRuntimeManagementConfig",
                        "lambda:TagResource",
                        "lambda:UntagResource",
                        "lambda:UpdateFunctionCode",
                        "lambda:UpdateFunctionConfiguration",
                    ],
                    resource_arns!["arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:orders-*"],
                )
                .roles(
                    Roles::passed_to(service_principals!["lambda.amazonaws.com"]).allow(
                        actions!["dynamodb:PutItem"],
                        resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"],
                    ),
                ),
        )
        .release(initech::development)
        .release(initech::release)
}

/// A template with two nested ones: a table, and a queue that is named after it.
fn catalog() -> Pipeline<Releasing, initech::catalog> {
    let (catalog, bundle) = Pipeline::from_artifact(
        initech::catalog,
        Artifact::key(object_key!("catalog/catalog.zip")),
    );
    catalog
        .built_by(CodeBuild::of(Repository::new(
            initech::github,
            repository_name!("initech/catalog"),
        )))
        .stack(
            Stack::named("catalog")
                .template(bundle.file("template.yaml"))
                .assets(&bundle, "AssetsBucket", "AssetsPrefix"),
        )
        .permissions(
            Permissions::new()
                .nested_stacks()
                .allow(
                    actions![
                        "dynamodb:CreateTable",
                        "dynamodb:DeleteTable",
                        "dynamodb:DescribeContinuousBackups",
                        "dynamodb:DescribeContributorInsights",
                        "dynamodb:DescribeKinesisStreamingDestination",
                        "dynamodb:DescribeTable",
                        "dynamodb:DescribeTimeToLive",
                        "dynamodb:GetResourcePolicy",
                        "dynamodb:ListTagsOfResource",
                        "dynamodb:TagResource",
                        "dynamodb:UntagResource",
                        "dynamodb:UpdateTable",
                    ],
                    resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/catalog"],
                )
                .allow(
                    actions![
                        "sqs:CreateQueue",
                        "sqs:DeleteQueue",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ListQueueTags",
                        "sqs:SetQueueAttributes",
                        "sqs:TagQueue",
                        "sqs:UntagQueue",
                    ],
                    resource_arns!["arn:${AWS::Partition}:sqs:*:${AWS::AccountId}:catalog-*"],
                ),
        )
        .release(initech::development)
        .release(initech::release)
}

/// Templates and a buildspec that were there before: a role under a path of its own, without our boundary.
fn receipts() -> Pipeline<Releasing, initech::receipts> {
    let (mut receipts, bundle) = Pipeline::from_artifact(
        initech::receipts,
        Artifact::key(object_key!("receipts/receipts.zip")),
    );
    let write = receipts.source(Artifact::key(object_key!("receipts/write.zip")).identifier("WriteFunction"));
    receipts
        .built_by(CodeBuild::of(Repository::new(
            initech::github,
            repository_name!("initech/receipts"),
        )))
        .stack(Stack::named("receipts").template(bundle.file("table.yaml")))
        .stack(
            Stack::named("receipts-functions")
                .template(bundle.file("functions.yaml"))
                .code(&write, "CodeBucket", "CodeKey"),
        )
        .permissions(
            Permissions::new()
                .allow(
                    actions![
                        "dynamodb:CreateTable",
                        "dynamodb:DeleteTable",
                        "dynamodb:DescribeContinuousBackups",
                        "dynamodb:DescribeContributorInsights",
                        "dynamodb:DescribeKinesisStreamingDestination",
                        "dynamodb:DescribeTable",
                        "dynamodb:DescribeTimeToLive",
                        "dynamodb:GetResourcePolicy",
                        "dynamodb:ListTagsOfResource",
                        "dynamodb:TagResource",
                        "dynamodb:UntagResource",
                        "dynamodb:UpdateTable",
                    ],
                    resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/receipts"],
                )
                .allow(
                    actions![
                        "lambda:CreateFunction",
                        "lambda:DeleteFunction",
                        "lambda:GetFunction",
                        "lambda:GetFunctionCodeSigningConfig",
                        "lambda:GetFunctionRecursionConfig",
                        "lambda:GetFunctionScalingConfig",
                        "lambda:GetRuntimeManagementConfig",
                        "lambda:TagResource",
                        "lambda:UntagResource",
                        "lambda:UpdateFunctionCode",
                        "lambda:UpdateFunctionConfiguration",
                    ],
                    resource_arns![
                        "arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:receipts-write"
                    ],
                )
                .allow(
                    actions![
                        "logs:CreateLogGroup",
                        "logs:DeleteDataProtectionPolicy",
                        "logs:DeleteLogGroup",
                        "logs:DeleteRetentionPolicy",
                        "logs:GetDataProtectionPolicy",
                        "logs:ListTagsForResource",
                        "logs:PutRetentionPolicy",
                        "logs:TagResource",
                        "logs:UntagResource",
                    ],
                    resource_arns![
                        "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:/aws/lambda/receipts-write*"
                    ],
                )
                // These know no resource.
                .allow(
                    actions![
                        "logs:DescribeIndexPolicies",
                        "logs:DescribeLogGroups",
                        "logs:DescribeResourcePolicies",
                    ],
                    ["*"],
                )
                .roles(
                    Roles::without_boundary(
                        service_principals!["lambda.amazonaws.com"],
                        "the templates are older than the pipeline, and reviewed as it is",
                    )
                    .under_path("/receipts/", "the roles have had this path from the beginning"),
                ),
        )
        .release(initech::development)
        .release(initech::release)
}
