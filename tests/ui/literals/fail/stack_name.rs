//! a stack with a name that CloudFormation refuses
//!
//! scripts: run: the change set is refused
//! cdk: synth
//! terraform: run: the change set is refused

use pipeline_dsl::prelude::*;

fn stack() -> pipeline_dsl::team::NamedStack {
    Stack::named(stack_name!("orders_handler"))
}

fn main() {}
