//! a stack from an artifact of another pipeline
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
    let (orders, _) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    let (billing, bundle) = Pipeline::from_artifact(BILLING, Artifact::key("billing.zip"));
    let orders = orders.stack(Stack::named("orders").template(bundle.file("orders.yaml")));
}

fn main() {}
