//! an approval that waits for no time at all
//!
//! scripts: deploy: the pipeline is refused
//! cdk: synth
//! terraform: deploy: the pipeline is refused

use pipeline_dsl::prelude::*;

const AT_ONCE: ApprovalTimeout = ApprovalTimeout::minutes(1);

fn main() {}
