use pipeline_dsl::prelude::*;

team! {
    mod acme {
        service orders;
    }
}

fn main() {}
