//! For Graphviz.
//! <https://graphviz.org/doc/info/lang.html>

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Picture;

impl Picture {
    /// The same for Graphviz.
    pub(crate) fn dot(&self) -> String {
        let mut graph = format!(
            "digraph \"{}\" {{\n  rankdir=LR;\n  compound=true;\n  node [shape=box];\n",
            quoted(&self.team)
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            graph,
            "  subgraph cluster_build {{\n    label=\"build account {} {}\";",
            self.build.account, self.build.region
        );
        for service in &self.services {
            let _ = writeln!(
                graph,
                "    \"service {0}\" [label=\"{0}\"];",
                quoted(&service.name)
            );
        }
        graph.push_str("  }\n");
        for service in &self.services {
            for repository in &service.repositories {
                let _ = writeln!(
                    graph,
                    "  \"{}\" -> \"service {}\";",
                    quoted(repository),
                    quoted(&service.name)
                );
            }
        }
        for (number, wave) in self.waves.iter().enumerate() {
            let _ = writeln!(
                graph,
                "  subgraph cluster_wave{number} {{\n    label=\"wave {}\";",
                quoted(&wave.name)
            );
            for environment in &wave.environments {
                let _ = writeln!(
                    graph,
                    "    \"{} {}\" [label=\"{}\\n{} {}\"];",
                    quoted(&wave.name),
                    quoted(&environment.name),
                    quoted(&environment.name),
                    environment.place.account,
                    environment.place.region
                );
            }
            graph.push_str("  }\n");
        }
        // Services that go the same way have one arrow.
        let mut drawn = BTreeSet::new();
        for service in &self.services {
            let mut before = vec![format!("service {}", service.name)];
            for wave in service.waves.iter().filter_map(|wave| self.waves.get(*wave)) {
                let environments = wave.environments.iter();
                let after: Vec<String> = environments
                    .map(|environment| format!("{} {}", wave.name, environment.name))
                    .collect();
                for (from, to) in before
                    .iter()
                    .flat_map(|from| after.iter().map(move |to| (from, to)))
                {
                    if drawn.insert((from.clone(), to.clone())) {
                        let _ = writeln!(graph, "  \"{}\" -> \"{}\";", quoted(from), quoted(to));
                    }
                }
                before = after;
            }
        }
        if !self.developers.is_empty() {
            for service in &self.services {
                let _ = writeln!(
                    graph,
                    "  \"service {}\" -> \"artifact topic\";",
                    quoted(&service.name)
                );
            }
        }
        let developers: Vec<String> = match self.drawn_developers() {
            [] if self.developers.is_empty() => Vec::new(),
            [] => vec![format!("{} developer accounts", self.developers.len())],
            drawn => drawn
                .iter()
                .map(|developer| {
                    let name = quoted(&developer.name);
                    format!("{name}\\n{} {}", developer.place.account, developer.place.region)
                })
                .collect(),
        };
        for developer in developers {
            let _ = writeln!(graph, "  \"artifact topic\" -> \"{developer}\" [style=dashed];");
        }
        graph.push_str("}\n");
        graph
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
