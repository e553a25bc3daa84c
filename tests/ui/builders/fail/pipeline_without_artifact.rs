//! a pipeline without a source
//!
//! scripts: deploy: the first stage is refused
//! cdk: synth: a source is missing
//! terraform: deploy: the first stage is refused

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn pipeline() {
    let orders = Pipeline::from_artifact(ORDERS);
}

fn main() {}
