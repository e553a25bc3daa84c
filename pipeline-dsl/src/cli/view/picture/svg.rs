//! The drawing: repositories on the left, the build account, then wave by wave; developers below.

use std::fmt::Write as _;

use super::layout::{LINE, Node, PADDING, Rectangle};
use super::{DeveloperBox, Picture, WaveBox};

/// Between columns, where the arrows are.
const GAP: f64 = 56.0;
const MARGIN: f64 = 16.0;
/// Names in the box of a large team.
const NAMED: usize = 6;

/// Colours of light and dark pages, and of paper.
pub(super) const STYLE: &str = "\
svg{--ink:#1b1f24;--quiet:#57606a;--line:#8c959f;--paper:#ffffff;--account:#f3f6fa;--inner:#ffffff;--real:#fff4e5;--own:#eaf6ec}
@media (prefers-color-scheme:dark){svg{--ink:#e6edf3;--quiet:#9da7b3;--line:#6e7681;--paper:#0d1117;--account:#161b22;--inner:#0d1117;--real:#2d2213;--own:#12261a}}
@media print{svg{--ink:#000000;--quiet:#444444;--line:#888888;--paper:#ffffff;--account:#ffffff;--inner:#ffffff;--real:#ffffff;--own:#ffffff}}
svg text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;fill:var(--ink)}
svg text.more{fill:var(--quiet)}
svg rect{fill:var(--inner);stroke:var(--line);stroke-width:1}
svg rect.account{fill:var(--account)}svg rect.real{fill:var(--real)}svg rect.own{fill:var(--own)}
svg rect.wave{fill:none;stroke-dasharray:4 3}
svg path{fill:none;stroke:var(--line);stroke-width:1.5}svg path.head{fill:var(--line);stroke:none}
";

impl Picture {
    /// The drawing alone.
    pub(crate) fn svg(&self) -> String {
        let mut columns = vec![self.repositories(), self.build_account()];
        columns.extend(self.waves.iter().map(wave));
        let mut x = MARGIN;
        for column in &mut columns {
            x = column.put(x, MARGIN).right() + GAP;
        }
        let width = (x - GAP + MARGIN).max(640.0);
        let below = columns
            .iter()
            .map(|column| column.place.bottom())
            .fold(0.0, f64::max)
            + GAP;
        let mut developers = self.developers_node(width - 2.0 * MARGIN);
        let has_developers = !self.developers.is_empty();
        let mut bottom = below - GAP;
        if has_developers {
            bottom = developers.put(MARGIN, below).bottom();
        }
        let width = width.max(developers.place.right() + MARGIN);
        let height = bottom + MARGIN;

        let mut drawing = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n",
            escape(&format!("How {} delivers", self.team))
        );
        for column in &columns {
            draw(column, &mut drawing);
        }
        if has_developers {
            draw(&developers, &mut drawing);
        }
        arrows(&columns, has_developers.then_some(&developers), &mut drawing);
        drawing.push_str("</svg>\n");
        drawing
    }

    fn repositories(&self) -> Node {
        let boxes = self.services.iter().map(|service| {
            if service.repositories.is_empty() {
                Node::new("leaf", [format!("{} (uploaded)", service.name)])
            } else {
                Node::new("leaf", service.repositories.clone())
            }
        });
        Node::new("wave", ["repositories".to_owned()]).with(boxes)
    }

    fn build_account(&self) -> Node {
        let title = [
            "build account".to_owned(),
            format!("{} {}", self.build.account, self.build.region),
        ];
        let services = self.services.iter().map(|service| {
            let mut lines = vec![format!("{}: build, pipeline", service.name)];
            lines.extend(service.artifacts.iter().map(|key| format!("  {key}")));
            Node::new("leaf", lines)
        });
        Node::new("account", title).with(services)
    }

    fn developers_node(&self, room: f64) -> Node {
        let count = self.developers.len();
        let accounts = if count == 1 { "account" } else { "accounts" };
        let title = format!(
            "{count} developer {accounts}: every artifact of the build account is copied and deployed here"
        );
        let mut node = Node::new("account", [title]);
        node.within = Some(room);
        let drawn = self.drawn_developers();
        if drawn.is_empty() {
            let mut lines: Vec<String> = self
                .developers
                .iter()
                .take(NAMED)
                .map(|developer| {
                    format!(
                        "{} {} {}",
                        developer.name, developer.place.account, developer.place.region
                    )
                })
                .collect();
            lines.push(format!("and {} more, listed below", count.saturating_sub(NAMED)));
            return node.with([Node::new("own", lines)]);
        }
        node.with(drawn.iter().map(developer))
    }
}

/// From each repository to its service, from the build account to the first wave of its services and from wave to wave, and
/// down to the developers.
fn arrows(columns: &[Node], developers: Option<&Node>, drawing: &mut String) {
    let (Some(repositories), Some(build)) = (columns.first(), columns.get(1)) else {
        return;
    };
    for (from, to) in repositories.children.iter().zip(&build.children) {
        arrow(
            (from.place.right(), from.place.middle()),
            (to.place.x, to.place.middle()),
            drawing,
        );
    }
    let mut before: &Rectangle = &build.place;
    for wave in columns.iter().skip(2) {
        let level = MARGIN + PADDING + LINE;
        arrow((before.right(), level), (wave.place.x, level), drawing);
        before = &wave.place;
    }
    if let Some(developers) = developers {
        let middle = build.place.x + build.place.width / 2.0;
        arrow(
            (middle, build.place.bottom()),
            (middle, developers.place.y),
            drawing,
        );
    }
}

fn wave(wave: &WaveBox) -> Node {
    let mut title = vec![format!("wave {}", wave.name)];
    title.push(wave.gate.clone().unwrap_or_else(|| "at once".to_owned()));
    let environments = wave.environments.iter().map(|environment| {
        let lines = [
            environment.name.clone(),
            format!("{} {}", environment.place.account, environment.place.region),
        ];
        let class = if environment.is_production {
            "real"
        } else {
            "account"
        };
        let deployments = environment
            .deployments
            .iter()
            .map(|(service, stacks)| Node::new("leaf", [format!("{service}: {}", stacks.join(", "))]));
        Node::new(class, lines).with(deployments)
    });
    Node::new("wave", title).with(environments)
}

fn developer(developer: &DeveloperBox) -> Node {
    let mut lines = vec![
        developer.name.clone(),
        format!("{} {}", developer.place.account, developer.place.region),
    ];
    lines.extend(
        developer
            .forks
            .iter()
            .map(|service| format!("own build of {service}")),
    );
    lines.extend(developer.holds.iter().map(|service| format!("holds {service}")));
    Node::new("own", lines)
}

fn draw(node: &Node, drawing: &mut String) {
    let Rectangle { x, y, width, height } = node.place;
    // Writing to a string cannot fail.
    let _ = writeln!(
        drawing,
        "<rect class=\"{}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>",
        node.class
    );
    for (number, line) in node.lines.iter().enumerate() {
        let class = if number == 0 { "" } else { " class=\"more\"" };
        let level = y + PADDING + LINE * f64::from(u32::try_from(number).unwrap_or(u32::MAX)) + 10.0;
        let _ = writeln!(
            drawing,
            "<text{class} x=\"{:.1}\" y=\"{level:.1}\" xml:space=\"preserve\">{}</text>",
            x + PADDING,
            escape(line)
        );
    }
    for child in &node.children {
        draw(child, drawing);
    }
}

/// A line with a head, straight where it can be.
fn arrow((x, y): (f64, f64), (to_x, to_y): (f64, f64), drawing: &mut String) {
    const HEAD: f64 = 8.0;
    let vertical = (to_x - x).abs() < 0.5;
    let (path, head) = if vertical {
        let end = to_y - HEAD;
        (
            format!("M{x:.1} {y:.1}V{end:.1}"),
            format!(
                "M{:.1} {end:.1}h{HEAD}l-{:.1} {HEAD}z",
                x - HEAD / 2.0,
                HEAD / 2.0
            ),
        )
    } else {
        let end = to_x - HEAD;
        let middle = f64::midpoint(x, end);
        (
            format!("M{x:.1} {y:.1}C{middle:.1} {y:.1} {middle:.1} {to_y:.1} {end:.1} {to_y:.1}"),
            format!(
                "M{end:.1} {:.1}v{HEAD}l{HEAD} -{:.1}z",
                to_y - HEAD / 2.0,
                HEAD / 2.0
            ),
        )
    };
    let _ = writeln!(drawing, "<path d=\"{path}\"/><path class=\"head\" d=\"{head}\"/>");
}

/// Text in XML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
