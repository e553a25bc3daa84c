//! a pipeline that is returned before it is released
//!
//! scripts: deploy: one stage is too few
//! cdk: synth: one stage is too few
//! terraform: deploy: one stage is too few

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn orders(permissions: Permissions) -> Pipeline<Releasing, Orders> {
    let (orders, _) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    orders.permissions(permissions)
}

fn main() {}
