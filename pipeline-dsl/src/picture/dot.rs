//! For Graphviz.
//! <https://graphviz.org/doc/info/lang.html>

use std::fmt::Write as _;

use super::Picture;

impl Picture {
    /// The same for Graphviz.
    pub fn dot(&self) -> String {
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
        for service in &self.services {
            let mut before = vec![format!("service {}", service.name)];
            for wave in service.waves.iter().filter_map(|wave| self.waves.get(*wave)) {
                let after: Vec<String> = wave
                    .environments
                    .iter()
                    .map(|environment| format!("{} {}", wave.name, environment.name))
                    .collect();
                for (from, to) in before
                    .iter()
                    .flat_map(|from| after.iter().map(move |to| (from, to)))
                {
                    let _ = writeln!(graph, "  \"{}\" -> \"{}\";", quoted(from), quoted(to));
                }
                before = after;
            }
        }
        for service in &self.services {
            let from = quoted(&format!("service {}", service.name));
            match self.drawn_developers() {
                [] if self.developers.is_empty() => {}
                [] => {
                    let count = self.developers.len();
                    let _ = writeln!(
                        graph,
                        "  \"{from}\" -> \"{count} developer accounts\" [style=dashed];"
                    );
                }
                drawn => {
                    for developer in drawn {
                        let _ = writeln!(
                            graph,
                            "  \"{from}\" -> \"{}\\n{} {}\" [style=dashed];",
                            quoted(&developer.name),
                            developer.place.account,
                            developer.place.region
                        );
                    }
                }
            }
        }
        graph.push_str("}\n");
        graph
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
