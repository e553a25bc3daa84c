use std::collections::BTreeMap;
use std::fmt;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::cloudformation::references::references;
use crate::cloudformation::{Pseudo, Stack, StackKey};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// A resource, or a stack as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A stack as a whole: what it imports, it imports for all its resources.
    Stack(StackKey),
    /// A resource of a stack.
    Resource(StackKey, String),
}

impl Node {
    /// The stack that it is or stands in.
    pub fn stack(&self) -> &StackKey {
        match self {
            Self::Stack(stack) | Self::Resource(stack, _) => stack,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stack(stack) => write!(formatter, "{stack}"),
            Self::Resource(stack, id) => write!(formatter, "{stack}/{id}"),
        }
    }
}

/// Why one node needs another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// A property of the resource refers to it.
    Property(String),
    /// The resource is created after it.
    DependsOn,
    /// The stack imports it, for this reason.
    Import(&'static str),
}

impl fmt::Display for Use {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(property) => formatter.write_str(property),
            Self::DependsOn => formatter.write_str("DependsOn"),
            Self::Import(reason) => formatter.write_str(reason),
        }
    }
}

/// Every resource of every stack, with an edge for every reference, dependency and import: from the one that
/// needs to the one that is needed. Stacks that differ in parameters only are in it once.
#[derive(Debug)]
pub struct ResourceGraph {
    graph: DiGraph<Node, Use>,
}

impl ResourceGraph {
    /// The graph of these stacks.
    ///
    /// # Errors
    /// References to what is not there, and cycles, each as the chain of properties that makes it.
    pub fn of<'a>(stacks: impl IntoIterator<Item = &'a Stack>) -> Result<Self> {
        let stacks: Vec<&Stack> = stacks.into_iter().collect();
        let mut graph = DiGraph::new();
        let mut index: BTreeMap<Node, NodeIndex> = BTreeMap::new();
        for stack in &stacks {
            let node = Node::Stack(stack.key().clone());
            index.insert(node.clone(), graph.add_node(node));
            for id in stack.template().resources().keys() {
                let node = Node::Resource(stack.key().clone(), id.clone());
                index.insert(node.clone(), graph.add_node(node));
            }
        }
        let mut found = Diagnostics::new();
        for stack in stacks {
            add_edges(stack, &mut graph, &index, &mut found);
        }
        for component in tarjan_scc(&graph) {
            found.extend(cycle(&graph, &component));
        }
        found.or(Self { graph })
    }

    /// What needs what, and why.
    pub fn edges(&self) -> impl Iterator<Item = (&Node, &Node, &Use)> {
        self.graph.edge_references().filter_map(|edge| {
            let from = self.graph.node_weight(edge.source())?;
            let to = self.graph.node_weight(edge.target())?;
            Some((from, to, edge.weight()))
        })
    }

    /// Every stack and resource.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.graph.node_weights()
    }
}

fn add_edges(
    stack: &Stack,
    graph: &mut DiGraph<Node, Use>,
    index: &BTreeMap<Node, NodeIndex>,
    found: &mut Diagnostics,
) {
    let key = stack.key();
    let node = |id: &str| index.get(&Node::Resource(key.clone(), id.to_owned())).copied();
    for (id, resource) in stack.template().resources() {
        let Some(from) = node(id) else { continue };
        for (property, value) in resource.properties() {
            for reference in references(value) {
                let target = &reference.target;
                let separator = if reference.property.is_empty() || reference.property.starts_with('[') {
                    ""
                } else {
                    "."
                };
                let path = format!("{property}{separator}{}", reference.property);
                match node(target) {
                    Some(to) => {
                        graph.add_edge(from, to, Use::Property(path));
                    }
                    None if Pseudo::named(target).is_some()
                        || stack.template().parameters().contains_key(target) => {}
                    None => found.push(unresolved(key, id, &path, target)),
                }
            }
        }
        for earlier in resource.depends_on() {
            match node(earlier) {
                Some(to) => {
                    graph.add_edge(from, to, Use::DependsOn);
                }
                None => found.push(unresolved(key, id, "DependsOn", earlier)),
            }
        }
    }
    let Some(from) = index.get(&Node::Stack(key.clone())) else {
        return;
    };
    for import in stack.imports() {
        let provider = Node::Resource(import.provider.clone(), import.resource.clone());
        match index.get(&provider) {
            Some(to) => {
                graph.add_edge(*from, *to, Use::Import(import.reason));
            }
            None => found.push(unresolved(key, "imports", import.reason, &provider.to_string())),
        }
    }
}

fn unresolved(stack: &StackKey, id: &str, property: &str, target: &str) -> Diagnostic {
    Diagnostic::new(
        "synth::unresolved-reference",
        format!("`{id}` of stack `{stack}` refers to `{target}` in `{property}`, which is nowhere"),
    )
    .help("this is a mistake of pipeline-dsl itself: please report it")
}

/// A cycle inside one strongly connected component, as the chain that makes it.
fn cycle(graph: &DiGraph<Node, Use>, component: &[NodeIndex]) -> Option<Diagnostic> {
    let start = *component.iter().min()?;
    let mut chain = Vec::new();
    let mut visited = vec![start];
    let mut at = start;
    loop {
        let mut edges: Vec<_> = graph
            .edges(at)
            .filter(|edge| component.contains(&edge.target()))
            .collect();
        edges.sort_unstable_by_key(EdgeRef::id);
        // Closing the cycle is best, a node not seen yet is second.
        let edge = edges
            .iter()
            .find(|edge| edge.target() == start)
            .or_else(|| edges.iter().find(|edge| !visited.contains(&edge.target())))
            .or_else(|| edges.first())?;
        chain.push((at, edge.weight(), edge.target()));
        if visited.contains(&edge.target()) {
            // The chain may have entered the cycle from outside: keep what comes round.
            let target = edge.target();
            let begin = chain.iter().position(|(from, _, _)| *from == target)?;
            return describe(graph, chain.get(begin..)?);
        }
        at = edge.target();
        visited.push(at);
    }
}

fn describe(graph: &DiGraph<Node, Use>, chain: &[(NodeIndex, &Use, NodeIndex)]) -> Option<Diagnostic> {
    let names: Option<Vec<String>> = chain
        .iter()
        .map(|(from, _, _)| graph.node_weight(*from).map(ToString::to_string))
        .collect();
    let mut names = names?;
    names.push(names.first()?.clone());
    let mut diagnostic = Diagnostic::new(
        "synth::cycle",
        format!("these need each other: {}", names.join(" → ")),
    );
    for (from, why, to) in chain {
        let from = graph.node_weight(*from)?;
        let to = graph.node_weight(*to)?;
        diagnostic = diagnostic.note(format!("`{from}` needs `{to}`: {why}"));
    }
    Some(diagnostic.help("this is a mistake of pipeline-dsl itself: please report it"))
}

#[cfg(test)]
mod tests {
    use super::{Node, ResourceGraph, Use};
    use crate::cloudformation::types::kms::Alias;
    use crate::cloudformation::types::logs::LogGroup;
    use crate::cloudformation::{Handle, Stack, StackKey};

    fn stack(key: &str) -> Stack {
        Stack::new(StackKey::new(key), "for a test")
    }

    fn group(stack: &mut Stack, id: &str) -> Handle<LogGroup> {
        let group = LogGroup {
            log_group_name: id.into(),
            retention_in_days: 1,
        };
        stack.add(id, &group)
    }

    #[test]
    fn an_import_is_an_edge_with_its_reason() {
        let mut provider = stack("one");
        let handle = group(&mut provider, "Group");
        let mut consumer = stack("two");
        consumer.arn(&handle, "it is needed");
        let graph = ResourceGraph::of([&provider, &consumer]).unwrap();
        let edges: Vec<_> = graph.edges().collect();
        let from = Node::Stack(StackKey::new("two"));
        let to = Node::Resource(StackKey::new("one"), "Group".to_owned());
        assert_eq!(edges, [(&from, &to, &Use::Import("it is needed"))]);
    }

    #[test]
    fn a_cycle_is_named_by_its_properties() {
        let mut one = stack("one");
        let group = group(&mut one, "Group");
        let target = one.reference(&group, "");
        let alias = Alias {
            alias_name: "alias/a".to_owned(),
            target_key_id: target,
        };
        let alias = one.add("Alias", &alias);
        one.depends_on(&group, &alias);
        let mistakes = ResourceGraph::of([&one]).unwrap_err();
        let mistake = mistakes.iter().next().unwrap();
        assert_eq!(mistake.code(), "synth::cycle");
        assert_eq!(
            mistake.message(),
            "these need each other: one/Group → one/Alias → one/Group"
        );
        assert_eq!(
            mistake.notes(),
            [
                "`one/Group` needs `one/Alias`: DependsOn",
                "`one/Alias` needs `one/Group`: TargetKeyId"
            ]
        );
    }

    #[test]
    fn a_reference_to_another_stacks_resource_is_no_reference() {
        let mut one = stack("one");
        let other = group(&mut stack("one"), "Elsewhere");
        let alias = Alias {
            alias_name: "alias/a".to_owned(),
            target_key_id: one.reference(&other, ""),
        };
        one.add("Alias", &alias);
        let mistakes = ResourceGraph::of([&one]).unwrap_err();
        assert_eq!(
            mistakes.iter().next().unwrap().code(),
            "synth::unresolved-reference"
        );
    }
}
