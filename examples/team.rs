//! A team: one build account, four environments, two services, three developers.
//!
//! `cargo run --example team` synthesizes it and deploys it to the local cloud;
//! `cargo run --example team -- deploy` deploys it to AWS.

use pipeline_dsl::prelude::*;

team! {
    /// Acme delivers orders and billing to four environments, and to every developer.
    mod acme {
        organization = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/";
        build        = "111111111111" in us-east-1;
        connection github = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d-build";

        environment dev  = "222222222222" in us-east-1;
        environment qa   = "333333333333" in eu-west-1;
        production  prod = "444444444444" in us-west-2;
        production  apac = "444444444444" in ap-southeast-1;

        wave development = [dev];
        wave test        = [qa];
        wave release     = [prod, apac] after approval within 3 days;

        service orders;
        service billing;

        developer alice = "555555555555" in us-east-1 {
            connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/4e5f6a7b-alice";
            fork orders = "alice/orders";
        }
        developer bob   = "666666666666" in eu-west-1 { hold billing; }
        developer carol = "777777777777" in us-east-1;
    }
}

fn main() -> ExitCode {
    pipeline_dsl::cli::main(team)
}

pub(crate) fn team() -> Result<Team> {
    acme::TEAM
        .updates_itself(Repository::new(acme::github, repository_name!("acme/delivery")))
        .with(orders())
        .with(billing())
        .build()
}

/// Orders: a table, and a function whose code is an artifact of its own.
fn orders() -> Pipeline<Releasing, acme::orders> {
    let (mut orders, bundle) =
        Pipeline::from_artifact(acme::orders, Artifact::key(object_key!("orders/orders.zip")));
    let handler = orders.source(Artifact::key(object_key!("orders/handler.zip")));
    orders
        .built_by(
            CodeBuild::of(Repository::new(acme::github, repository_name!("acme/orders")))
                .buildspec("buildspec.yml"),
        )
        .stack(Stack::named("orders").template(bundle.file("orders.yaml")))
        .stack(
            Stack::named("orders-handler")
                .template(bundle.file("handler.yaml"))
                .code(&handler, "BucketName", "ObjectKey"),
        )
        .permissions(
            Permissions::new()
                .allow(
                    actions![
                        "dynamodb:CreateTable",
                        "dynamodb:DeleteTable",
                        "dynamodb:DescribeTable",
                        "dynamodb:UpdateTable",
                    ],
                    resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"],
                )
                .allow(
                    actions![
                        "lambda:CreateFunction",
                        "lambda:DeleteFunction",
                        "lambda:GetFunction",
                        "lambda:UpdateFunctionCode",
                    ],
                    resource_arns!["arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:orders"],
                )
                .roles(
                    Roles::passed_to(service_principals!["lambda.amazonaws.com"]).allow(
                        actions!["dynamodb:GetItem", "dynamodb:PutItem"],
                        resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"],
                    ),
                ),
        )
        .release(acme::development)
        .release(acme::test)
        .release(acme::release)
}

/// Billing: one stack with a topic.
fn billing() -> Pipeline<Releasing, acme::billing> {
    let (billing, bundle) =
        Pipeline::from_artifact(acme::billing, Artifact::key(object_key!("billing/billing.zip")));
    billing
        .built_by(CodeBuild::of(Repository::new(
            acme::github,
            repository_name!("acme/billing"),
        )))
        .stack(Stack::named("billing").template(bundle.file("billing.yaml")))
        .permissions(Permissions::new().allow(
            actions![
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:GetTopicAttributes",
                "sns:SetTopicAttributes",
            ],
            resource_arns!["arn:${AWS::Partition}:sns:*:${AWS::AccountId}:billing"],
        ))
        .release(acme::development)
        .release(acme::release)
}
