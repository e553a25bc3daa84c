use pipeline_dsl::prelude::*;

team! {
    mod acme {
        build = "111111111111" in us-east-1;
        environment dev = "22222222222" in us-east-1;
    }
}

fn main() {}
