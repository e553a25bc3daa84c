//! a stack without a template
//!
//! scripts: deploy: the action is refused
//! cdk: compile
//! terraform: plan

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline() {
    let (orders, _) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let orders = orders.stack(Stack::named("orders"));
}

fn main() {}
