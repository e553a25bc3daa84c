use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        service orders;
        developer alice = "555555555555" in us-east-1 { fork orders = "alice/orders"; }
    }
}

fn main() {}
