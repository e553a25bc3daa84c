//! a pipeline that releases nothing
//!
//! scripts: deploy: one stage is too few
//! cdk: synth: one stage is too few
//! terraform: deploy: one stage is too few

use pipeline_dsl::prelude::*;

enum Orders {}
enum Billing {}
const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
const BILLING: Service<Billing> = Service::declared(Name::new("billing"));


fn team(world: World) -> Result<Team> {
    let (orders, _) = Pipeline::from_artifact(ORDERS, Artifact::key("orders.zip"));
    world.with(orders).build()
}

fn main() {}
