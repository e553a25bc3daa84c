use pipeline_dsl::prelude::*;

fn add(mut pipeline: Pipeline<Releasing>) {
    pipeline.source(Artifact::key("late.zip"));
}

fn main() {}
