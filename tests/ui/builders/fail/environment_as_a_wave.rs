//! an environment where a wave belongs
//!
//! scripts: no such notion
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline(dev: Environment<Standard>, permissions: Permissions) {
    let (orders, _) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let orders = orders.permissions(permissions).release(dev);
}

fn main() {}
