//! a wave that releases nowhere
//!
//! scripts: deploy: the stage is refused
//! cdk: synth: a stage needs an action
//! terraform: deploy: the stage is refused

use pipeline_dsl::prelude::*;

fn declare(world: World) -> World {
    world.wave(Wave::named(name!("test")))
}

fn main() {}
