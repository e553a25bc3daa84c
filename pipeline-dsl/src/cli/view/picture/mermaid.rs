//! For Markdown that draws Mermaid.
//! <https://mermaid.js.org/syntax/flowchart.html>

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Picture;

impl Picture {
    /// The same as a Mermaid flowchart.
    pub(crate) fn mermaid(&self) -> String {
        let mut chart = String::from("flowchart LR\n");
        // Writing to a string cannot fail.
        let _ = writeln!(
            chart,
            "  subgraph build[\"build account {} {}\"]",
            self.build.account, self.build.region
        );
        for (number, service) in self.services.iter().enumerate() {
            let _ = writeln!(chart, "    service{number}[\"{}\"]", quoted(&service.name));
        }
        chart.push_str("  end\n");
        for (number, service) in self.services.iter().enumerate() {
            for (position, repository) in service.repositories.iter().enumerate() {
                let _ = writeln!(
                    chart,
                    "  repository{number}_{position}([\"{}\"]) --> service{number}",
                    quoted(repository)
                );
            }
        }
        for (number, wave) in self.waves.iter().enumerate() {
            let _ = writeln!(chart, "  subgraph wave{number}[\"wave {}\"]", quoted(&wave.name));
            for (position, environment) in wave.environments.iter().enumerate() {
                let _ = writeln!(
                    chart,
                    "    wave{number}_{position}[\"{} {} {}\"]",
                    quoted(&environment.name),
                    environment.place.account,
                    environment.place.region
                );
            }
            chart.push_str("  end\n");
        }
        // Services that go the same way have one arrow.
        let mut drawn = BTreeSet::new();
        for (number, service) in self.services.iter().enumerate() {
            let mut before = format!("service{number}");
            for wave in &service.waves {
                if drawn.insert((before.clone(), *wave)) {
                    let gate = self.waves.get(*wave).and_then(|wave| wave.gate.as_deref());
                    let label = gate.map(|gate| format!("|{}|", quoted(gate))).unwrap_or_default();
                    let _ = writeln!(chart, "  {before} -->{label} wave{wave}");
                }
                before = format!("wave{wave}");
            }
        }
        match self.drawn_developers() {
            [] if self.developers.is_empty() => {}
            [] => {
                let _ = writeln!(
                    chart,
                    "  build -.-> developers[\"{} developer accounts\"]",
                    self.developers.len()
                );
            }
            drawn => {
                for (number, developer) in drawn.iter().enumerate() {
                    let _ = writeln!(
                        chart,
                        "  build -.-> developer{number}[\"{} {} {}\"]",
                        quoted(&developer.name),
                        developer.place.account,
                        developer.place.region
                    );
                }
            }
        }
        chart
    }
}

fn quoted(text: &str) -> String {
    text.replace('"', "#quot;")
}
