//! a name that leaves no room for what is made of it
//!
//! scripts: deploy: a role is refused
//! cdk: deploy: a role is refused
//! terraform: plan: a role is refused

use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders_and_invoices_and_everything_else;
    }
}

fn main() {}
