//! What the macro declares, by hand.

use pipeline_dsl::prelude::*;

enum Orders {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service = Service::new(Name::new("billing"));
const DEV: Environment<Standard> =
    Environment::standard(Name::new("dev"), AccountId::new("222222222222"), Region::UsEast1);
const PROD: Environment<Production> =
    Environment::production(Name::new("prod"), AccountId::new("333333333333"), Region::UsEast1);
const DEMO: Environment<Standard> =
    Environment::production(Name::new("demo"), AccountId::new("444444444444"), Region::UsEast1)
        .unapproved("nobody depends on it");
const RELEASE: Wave =
    Wave::declared_after_approval(Name::new("release"), &[PROD.any(), DEV.any()], ApprovalTimeout::days(3));

fn main() {
    let development = Wave::named(name!("development")).to(DEV).to(DEMO);
    let live = Wave::named(name!("live"))
        .after_approval()
        .within(ApprovalTimeout::hours(12))
        .to(PROD)
        .to(DEV);
    let build = BuildAccount::new(account_id!("111111111111"), Region::UsEast1);
    let world = World::new(TeamName::new("acme"), build)
        .environment(DEV)
        .environment(PROD)
        .environment(DEMO)
        .wave(development.clone())
        .wave(live.clone())
        .wave(RELEASE)
        .service(ORDERS)
        .service(BILLING)
        .developer(Developer::new(name!("bob"), account_id!("666666666666"), Region::EuWest1).hold(BILLING));

    let (mut orders, bundle) = Pipeline::from_artifact(ORDERS, Artifact::key(object_key!("orders/orders.zip")));
    let code = orders.source(Artifact::key("orders/code.zip"));
    let orders = orders
        .permissions(Permissions::new().allow(actions!["sns:CreateTopic"], resource_arns!["*"]))
        .stack(
            Stack::named(stack_name!("orders"))
                .template(bundle.file(artifact_path!("orders.yaml")))
                .configuration_in(PROD, bundle.file("prod.json"))
                .code(&code, "Bucket", "Key"),
        )
        .release(development.clone())
        .release(live)
        .release(RELEASE);

    // Known at run time: no type of its own, the same rules.
    let (billing, bundle) = Pipeline::from_artifact(BILLING, Artifact::key(format!("{}.zip", "billing")));
    let billing = billing
        .stack(Stack::named("billing").template(bundle.file("billing.yaml")))
        .permissions(Permissions::new().allow(["sns:CreateTopic"], ["*"]))
        .release(development);

    let team = world.with(orders).with(billing).build();
    assert!(team.is_ok(), "{}", team.unwrap_err());
}
