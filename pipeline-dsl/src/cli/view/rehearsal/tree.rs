//! The steps of a rehearsal as a tree; what is alike in many accounts is folded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::clock::clock;
use crate::rehearsal::Step;

/// As many alike are shown; of more, the first two and how many there are.
const ALIKE: usize = 5;
/// As many of those folded are named.
const NAMED: usize = 3;

/// The tree, line by line.
pub(super) fn tree(steps: &[Step]) -> Vec<String> {
    let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for step in steps {
        children.entry(step.parent).or_default().push(step.number);
    }
    // Children come after their parents, so from the end every shape is known before it is needed.
    let mut shapes = vec![String::new(); steps.len()];
    for step in steps.iter().rev() {
        let below = children.get(&Some(step.number)).into_iter().flatten();
        let below: Vec<&str> = below
            .filter_map(|child| shapes.get(*child).map(String::as_str))
            .collect();
        let shape = format!("{} {} [{}]", step.what, step.outcome.word(), below.join(","));
        let shape = crate::synth::Digest::of(shape).as_str().to_owned();
        if let Some(known) = shapes.get_mut(step.number) {
            *known = shape;
        }
    }
    let mut drawing = Drawing {
        steps,
        children,
        shapes,
        lines: Vec::new(),
    };
    drawing.below(None, "");
    drawing.lines
}

struct Drawing<'a> {
    steps: &'a [Step],
    children: BTreeMap<Option<usize>, Vec<usize>>,
    /// What a step and all below it look like, wherever they are.
    shapes: Vec<String>,
    lines: Vec<String>,
}

impl Drawing<'_> {
    fn below(&mut self, parent: Option<usize>, indent: &str) {
        let children = self.children.get(&parent).cloned().unwrap_or_default();
        let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for child in &children {
            let shape = self.shapes.get(*child).cloned().unwrap_or_default();
            alike.entry(shape).or_default().push(*child);
        }
        let mut shown: BTreeMap<String, usize> = BTreeMap::new();
        for child in children {
            let shape = self.shapes.get(child).cloned().unwrap_or_default();
            let all = alike.get(&shape).cloned().unwrap_or_default();
            let before = shown.entry(shape).or_default();
            *before += 1;
            match (all.len() > ALIKE, *before) {
                (false, _) | (true, 1 | 2) => self.step(child, indent),
                (true, 3) => self.fold(all.get(2..).unwrap_or_default(), indent),
                _ => {}
            }
        }
    }

    fn step(&mut self, number: usize, indent: &str) {
        let Some(step) = self.steps.get(number) else {
            return;
        };
        let mark = match step.outcome.word() {
            "done" => "✓",
            "kept" => "·",
            "waits" => "…",
            "retried" => "↻",
            _ => "✗",
        };
        let mut line = format!("{indent}{mark} {}  {}: {}", clock(step.at), step.place, step.what);
        if step.took > 0 {
            // Writing to a string cannot fail.
            let _ = write!(line, " ({}s)", step.took);
        }
        if let Some(reason) = step.outcome.reason() {
            let _ = write!(line, " — {reason}");
        }
        self.lines.push(line);
        self.below(Some(number), &format!("{indent}  "));
    }

    fn fold(&mut self, numbers: &[usize], indent: &str) {
        let places = numbers.iter().filter_map(|number| self.steps.get(*number));
        let places: Vec<&str> = places.map(|step| step.place.as_str()).collect();
        let named = places
            .get(..NAMED.min(places.len()))
            .unwrap_or_default()
            .join(", ");
        let more = if places.len() > NAMED { ", …" } else { "" };
        self.lines.push(format!(
            "{indent}  and {} more like it: {named}{more}",
            places.len()
        ));
    }
}
