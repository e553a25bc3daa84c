//! a stack that is added after the release
//!
//! scripts: never
//! cdk: run: earlier environments do not get it
//! terraform: plan

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline(permissions: Permissions, wave: Wave) -> Pipeline<Releasing, Orders> {
    let (orders, bundle) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("orders.yaml"));
    orders.permissions(permissions).release(wave).stack(stack)
}

fn main() {}
