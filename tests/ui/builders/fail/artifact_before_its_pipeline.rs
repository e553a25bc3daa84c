//! an artifact that is used before there is one
//!
//! scripts: deploy: the pipeline is refused
//! cdk: synth: no action makes the artifact
//! terraform: deploy: the pipeline is refused

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline() {
    let stack = Stack::named("orders").template(bundle.file("orders.yaml"));
    let (orders, bundle) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let orders = orders.stack(stack);
}

fn main() {}
