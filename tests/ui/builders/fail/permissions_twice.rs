//! permissions that are declared twice
//!
//! scripts: never: the last ones win
//! cdk: accepted
//! terraform: accepted

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline(one: Permissions, other: Permissions) {
    let (orders, _) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let orders = orders.permissions(one).permissions(other);
}

fn main() {}
