use pipeline_dsl::prelude::*;

fn team(world: World, service: Service) -> Result<Team> {
    let (pipeline, _) = Pipeline::from_artifact(service, Artifact::key("orders.zip"));
    world.with(pipeline).build()
}

fn main() {}
