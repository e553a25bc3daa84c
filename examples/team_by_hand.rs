//! The team of `team.rs` without the macro: what `team!` expands to can be written by hand, for teams whose accounts
//! come from elsewhere. Both make the same assembly, to the byte.
//!
//! `cargo run --example team_by_hand -- synth`

use pipeline_dsl::prelude::*;

const BUILD: BuildAccount = BuildAccount::new(AccountId::new("111111111111"), Region::UsEast1);
const DEVELOPERS: OrganizationPath = OrganizationPath::new("o-abcdefghij/r-h123/ou-h123-3zyxwvut/");
const GITHUB: Connection =
    Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d-build");
const ALICES_GITHUB: Connection =
    Connection::github("arn:aws:codeconnections:us-east-1:555555555555:connection/4e5f6a7b-alice");

// A service with a type of its own: its artifacts fit into its own pipeline only.
enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));

fn main() -> ExitCode {
    pipeline_dsl::cli::main(team)
}

pub(crate) fn team() -> Result<Team> {
    let dev = Environment::standard(name!("dev"), account_id!("222222222222"), Region::UsEast1);
    let qa = Environment::standard(name!("qa"), account_id!("333333333333"), Region::EuWest1);
    let prod = Environment::production(name!("prod"), account_id!("444444444444"), Region::UsWest2);
    let apac = Environment::production(name!("apac"), account_id!("444444444444"), Region::ApSoutheast1);

    let development = Wave::named(name!("development")).to(dev);
    let test = Wave::named(name!("test")).to(qa);
    let release = Wave::named(name!("release"))
        .after_approval()
        .within(ApprovalTimeout::days(3))
        .to(prod)
        .to(apac);

    let alice = Developer::new(name!("alice"), account_id!("555555555555"), Region::UsEast1).fork(Fork::new(
        ORDERS,
        repository_name!("alice/orders"),
        ALICES_GITHUB,
    ));
    let bob = Developer::new(name!("bob"), account_id!("666666666666"), Region::EuWest1).hold(BILLING);
    let carol = Developer::new(name!("carol"), account_id!("777777777777"), Region::UsEast1);

    let orders = orders()
        .release(development.clone())
        .release(test.clone())
        .release(release.clone());
    let billing = billing().release(development.clone()).release(release.clone());

    World::new(TeamName::new("acme"), BUILD)
        .organization(DEVELOPERS)
        .environment(dev)
        .environment(qa)
        .environment(prod)
        .environment(apac)
        .wave(development)
        .wave(test)
        .wave(release)
        .service(ORDERS)
        .service(BILLING)
        .developers([alice, bob, carol])
        .updates_itself(Repository::new(GITHUB, repository_name!("acme/delivery")))
        .with(orders)
        .with(billing)
        .build()
}

fn orders() -> Pipeline<NotReleased, Orders> {
    let (mut orders, bundle) =
        Pipeline::from_artifact(ORDERS, Artifact::key(object_key!("orders/orders.zip")));
    let handler = orders.source(Artifact::key(object_key!("orders/handler.zip")));
    let table = resource_arns!["arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders"];
    let function = resource_arns!["arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:orders"];
    orders
        .built_by(CodeBuild::of(Repository::new(
            GITHUB,
            repository_name!("acme/orders"),
        )))
        .stack(Stack::named(stack_name!("orders")).template(bundle.file("orders.yaml")))
        .stack(
            Stack::named(stack_name!("orders-handler"))
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
                    table.clone(),
                )
                .allow(
                    actions![
                        "lambda:CreateFunction",
                        "lambda:DeleteFunction",
                        "lambda:GetFunction",
                        "lambda:UpdateFunctionCode",
                    ],
                    function,
                )
                .roles(
                    Roles::passed_to(service_principals!["lambda.amazonaws.com"])
                        .allow(actions!["dynamodb:GetItem", "dynamodb:PutItem"], table),
                ),
        )
}

fn billing() -> Pipeline<NotReleased, Billing> {
    let (billing, bundle) =
        Pipeline::from_artifact(BILLING, Artifact::key(object_key!("billing/billing.zip")));
    billing
        .built_by(CodeBuild::of(Repository::new(
            GITHUB,
            repository_name!("acme/billing"),
        )))
        .stack(Stack::named(stack_name!("billing")).template(bundle.file("billing.yaml")))
        .permissions(Permissions::new().allow(
            actions![
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:GetTopicAttributes",
                "sns:SetTopicAttributes",
            ],
            resource_arns!["arn:${AWS::Partition}:sns:*:${AWS::AccountId}:billing"],
        ))
}
