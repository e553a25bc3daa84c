use pipeline_dsl::prelude::*;

fn release(service: Service, wave: Wave) {
    let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key("orders.zip"));
    pipeline.stack(Stack::named("orders").template(bundle.file("orders.yaml"))).release(wave);
}

fn main() {}
