//! assets of another pipeline
//!
//! scripts: deploy: the pipeline is refused
//! cdk: synth: the artifact is unknown
//! terraform: deploy: the pipeline is refused

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline() {
    let (orders, bundle) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let (billing, code) = Pipeline::from_artifact(BILLING, Artifact::key("billing.zip"));
    let stack = Stack::named("orders").template(bundle.file("orders.yaml")).assets(&code, "Bucket", "Prefix");
    let orders = orders.stack(stack);
}

fn main() {}
