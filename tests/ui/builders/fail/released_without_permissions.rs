//! a deployment that does not say what it may do
//!
//! scripts: never: it may do everything
//! cdk: never: it may do everything
//! terraform: run: AccessDenied

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline(wave: Wave) -> Pipeline<Releasing, Orders> {
    let (orders, bundle) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    orders.stack(Stack::named("orders").template(bundle.file("orders.yaml"))).release(wave)
}

fn main() {}
