//! a template outside its artifact
//!
//! scripts: run: the file is not found
//! cdk: run: the file is not found
//! terraform: run: the file is not found

use pipeline_dsl::prelude::*;

fn template(bundle: &pipeline_dsl::team::ArtifactHandle) -> pipeline_dsl::team::ArtifactFile {
    bundle.file(artifact_path!("../orders.yaml"))
}

fn main() {}
