//! From the team to the assembly: design, wiring, graphs, checks, files.
//!
//! ```text
//! team → design (stacks, each written once) → wiring (outputs for what others import)
//!      → resource graph → stack graph, order → checks → assembly → pipeline.out/
//! ```

mod assembly;
mod check;
mod graph;
mod read;
mod stack_graph;
mod wiring;
mod write;

pub use crate::constructs::{
    FORK_REPOSITORY, FORMER_PLACES, NO_FORMER_PLACES, PLACES, pipeline_change_set, stands_for,
};
pub use assembly::{Assembly, AssemblyStack, Digest, ParameterValue, StackId, TEMPLATE_DIGEST};
pub use graph::{Node, ResourceGraph, Use};
pub use read::ReadError;
pub use stack_graph::StackGraph;
pub use write::{WriteError, claim};

use crate::constructs::Design;
use crate::diagnostic::{Diagnostics, Result};
use crate::team::Team;

/// Turns a team into its assembly.
///
/// # Errors
/// Everything that AWS would refuse and that can be known from the program: limits, and cycles (which our own
/// constructs never make).
pub fn synth(team: &Team) -> Result<Assembly> {
    let mut design = Design::of(team);
    wiring::provide_outputs(&mut design);
    let resources = ResourceGraph::of(design.stacks.values())?;
    let stacks = StackGraph::derive(&resources)?;
    let mut found = Diagnostics::new();
    let mut warnings = Diagnostics::new();
    check::design(team, &design, &mut found, &mut warnings);
    let assembly = Assembly::of(team, &design, &stacks).with_warnings(warnings);
    check::assembly(team, &assembly, &mut found);
    found.or(assembly)
}
