use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::graph::{Node, ResourceGraph};
use crate::cloudformation::StackKey;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// Which stacks need which: derived from the resource graph, never written by hand.
#[derive(Debug)]
pub struct StackGraph {
    needs: BTreeMap<StackKey, BTreeMap<StackKey, String>>,
    order: Vec<StackKey>,
}

impl StackGraph {
    /// The stacks of a resource graph, in an order in which each comes after those that it needs.
    ///
    /// # Errors
    /// Stacks that need each other, with the reasons.
    pub fn derive(resources: &ResourceGraph) -> Result<Self> {
        let mut needs: BTreeMap<StackKey, BTreeMap<StackKey, String>> = BTreeMap::new();
        let mut graph = DiGraph::new();
        let mut index: BTreeMap<StackKey, NodeIndex> = BTreeMap::new();
        for node in resources.nodes() {
            if let Node::Stack(key) = node {
                index.insert(key.clone(), graph.add_node(key.clone()));
                needs.insert(key.clone(), BTreeMap::new());
            }
        }
        for (from, to, why) in resources.edges() {
            let (from, to) = (from.stack(), to.stack());
            if from == to {
                continue;
            }
            if let (Some(source), Some(target)) = (index.get(from), index.get(to)) {
                graph.update_edge(*source, *target, ());
            }
            let entry = needs.entry(from.clone()).or_default().entry(to.clone());
            entry.or_insert_with(|| why.to_string());
        }
        // Strongly connected components come out with those that are needed first.
        let mut order = Vec::new();
        let mut found = Diagnostics::new();
        for component in tarjan_scc(&graph) {
            match component.as_slice() {
                [only] => order.extend(graph.node_weight(*only).cloned()),
                several => found.push(cycle(&graph, several, &needs)),
            }
        }
        found.or(Self { needs, order })
    }

    /// The stacks that a stack needs, each with the first reason.
    pub fn needs(&self, stack: &StackKey) -> impl Iterator<Item = (&StackKey, &str)> {
        let needed = self.needs.get(stack).into_iter().flatten();
        needed.map(|(stack, reason)| (stack, reason.as_str()))
    }

    /// All stacks, each after those that it needs.
    pub fn order(&self) -> &[StackKey] {
        &self.order
    }
}

fn cycle(
    graph: &DiGraph<StackKey, ()>,
    component: &[NodeIndex],
    needs: &BTreeMap<StackKey, BTreeMap<StackKey, String>>,
) -> Diagnostic {
    let mut names: Vec<String> = component
        .iter()
        .filter_map(|node| graph.node_weight(*node))
        .map(ToString::to_string)
        .collect();
    names.sort_unstable();
    let message = format!("stacks {} need each other", names.join(", "));
    let mut diagnostic = Diagnostic::new("synth::stack-cycle", message);
    for edge in component.iter().flat_map(|node| graph.edges(*node)) {
        let ends = (graph.node_weight(edge.source()), graph.node_weight(edge.target()));
        if let (Some(from), Some(to)) = ends
            && component.contains(&edge.target())
            && let Some(why) = needs.get(from).and_then(|needed| needed.get(to))
        {
            diagnostic = diagnostic.note(format!("`{from}` needs `{to}`: {why}"));
        }
    }
    diagnostic.help("this is a mistake of pipeline-dsl itself: please report it")
}

#[cfg(test)]
mod tests {
    use super::StackGraph;
    use crate::cloudformation::types::logs::LogGroup;
    use crate::cloudformation::{Handle, Stack, StackKey};
    use crate::synth::graph::ResourceGraph;

    fn stack(key: &str) -> (Stack, Handle<LogGroup>) {
        let mut stack = Stack::new(StackKey::new(key), "for a test");
        let group = LogGroup {
            log_group_name: key.into(),
            retention_in_days: 1,
        };
        let handle = stack.add("Group", &group);
        (stack, handle)
    }

    #[test]
    fn providers_come_first() {
        let (mut last, _) = stack("a");
        let (mut middle, middle_group) = stack("b");
        let (first, first_group) = stack("c");
        last.arn(&middle_group, "needed");
        middle.arn(&first_group, "needed");
        let graph = ResourceGraph::of([&last, &middle, &first]).unwrap();
        let graph = StackGraph::derive(&graph).unwrap();
        let order: Vec<&str> = graph.order().iter().map(StackKey::as_str).collect();
        assert_eq!(order, ["c", "b", "a"]);
    }

    #[test]
    fn stacks_that_need_each_other_are_named_with_the_reasons() {
        let (mut one, one_group) = stack("one");
        let (mut two, two_group) = stack("two");
        one.arn(&two_group, "one reads from two");
        two.arn(&one_group, "two reads from one");
        let graph = ResourceGraph::of([&one, &two]).unwrap();
        let mistakes = StackGraph::derive(&graph).unwrap_err();
        let mistake = mistakes.iter().next().unwrap();
        assert_eq!(mistake.message(), "stacks one, two need each other");
        assert_eq!(mistake.notes().len(), 2);
    }
}
