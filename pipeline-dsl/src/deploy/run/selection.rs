use std::collections::{BTreeMap, BTreeSet};

use crate::model::is_near;
use crate::synth::{Assembly, AssemblyStack, StackId};

/// Which stacks are worked on: all, or some with what they need.
///
/// A name is that of a stack (`acme-build`, or `111111111111/us-east-1/acme-build`), of a developer or of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these, and what they need; all where there are none.
    pub only: Vec<String>,
    /// These not, whatever needs them.
    pub exclude: Vec<String>,
}

/// A name that is of nothing in the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no stack, developer or service `{name}`{}", suggestion(.near.as_deref()))]
pub struct UnknownSelection {
    name: String,
    near: Option<String>,
}

fn suggestion(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// What is done with a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is worked on.
    Worked,
    /// It is looked at, because others take values from it.
    Read,
}

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// Whether it is everything.
    pub fn is_all(&self) -> bool {
        self.only.is_empty() && self.exclude.is_empty()
    }

    /// The stacks to deploy, and those to look at.
    pub(crate) fn to_deploy(&self, assembly: &Assembly) -> Result<BTreeMap<StackId, Part>, UnknownSelection> {
        let chosen = self.chosen(assembly)?;
        let needs = |stack: &AssemblyStack| stack.depends_on.clone();
        let mut worked = match chosen {
            Some(chosen) => closure(assembly, chosen, needs),
            None => assembly.stacks().iter().map(|stack| stack.id.clone()).collect(),
        };
        for excluded in named(assembly, &self.exclude)? {
            worked.remove(&excluded);
        }
        let mut parts: BTreeMap<StackId, Part> = worked.iter().map(|id| (id.clone(), Part::Worked)).collect();
        for stack in assembly
            .stacks()
            .iter()
            .filter(|stack| worked.contains(&stack.id))
        {
            for needed in &stack.depends_on {
                parts.entry(needed.clone()).or_insert(Part::Read);
            }
        }
        Ok(parts)
    }

    /// The stacks to destroy: what needs a chosen one goes with it, and what an excluded one needs stays with it.
    pub(crate) fn to_destroy(&self, assembly: &Assembly) -> Result<BTreeSet<StackId>, UnknownSelection> {
        let mut dependents: BTreeMap<&StackId, Vec<StackId>> = BTreeMap::new();
        for stack in assembly.stacks() {
            for needed in &stack.depends_on {
                dependents.entry(needed).or_default().push(stack.id.clone());
            }
        }
        let needing = |stack: &AssemblyStack| dependents.get(&stack.id).cloned().unwrap_or_default();
        let mut gone = match self.chosen(assembly)? {
            Some(chosen) => closure(assembly, chosen, needing),
            None => assembly.stacks().iter().map(|stack| stack.id.clone()).collect(),
        };
        let excluded = named(assembly, &self.exclude)?;
        for kept in closure(assembly, excluded, |stack| stack.depends_on.clone()) {
            gone.remove(&kept);
        }
        Ok(gone)
    }

    fn chosen(&self, assembly: &Assembly) -> Result<Option<BTreeSet<StackId>>, UnknownSelection> {
        if self.only.is_empty() {
            Ok(None)
        } else {
            named(assembly, &self.only).map(Some)
        }
    }
}

/// The names by which a stack is chosen.
fn names(stack: &AssemblyStack) -> impl Iterator<Item = String> {
    [
        Some(stack.id.to_string()),
        Some(stack.stack_name.clone()),
        stack.developer.map(|developer| developer.to_string()),
        stack.service.map(|service| service.to_string()),
    ]
    .into_iter()
    .flatten()
}

fn named(assembly: &Assembly, wanted: &[String]) -> Result<BTreeSet<StackId>, UnknownSelection> {
    let mut chosen = BTreeSet::new();
    for name in wanted {
        let matching = assembly
            .stacks()
            .iter()
            .filter(|stack| names(stack).any(|each| each == *name));
        let matching: Vec<StackId> = matching.map(|stack| stack.id.clone()).collect();
        if matching.is_empty() {
            let mut known = assembly.stacks().iter().flat_map(names);
            let near = known.find(|known| is_near(name.as_bytes(), known.as_bytes(), 2));
            return Err(UnknownSelection {
                name: name.clone(),
                near,
            });
        }
        chosen.extend(matching);
    }
    Ok(chosen)
}

fn closure(
    assembly: &Assembly,
    start: BTreeSet<StackId>,
    next: impl Fn(&AssemblyStack) -> Vec<StackId>,
) -> BTreeSet<StackId> {
    let stacks: BTreeMap<&StackId, &AssemblyStack> =
        assembly.stacks().iter().map(|stack| (&stack.id, stack)).collect();
    let mut reached = start.clone();
    let mut waiting: Vec<StackId> = start.into_iter().collect();
    while let Some(id) = waiting.pop() {
        for further in stacks.get(&id).map(|stack| next(stack)).unwrap_or_default() {
            if reached.insert(further.clone()) {
                waiting.push(further);
            }
        }
    }
    reached
}
