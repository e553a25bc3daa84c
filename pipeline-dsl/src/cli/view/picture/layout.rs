//! Where things stand in the drawing: boxes as wide as their longest line, one below the other.

/// A character of the drawing's font: 0.6 of its size, as monospaced fonts have it, and a little more.
pub(super) const CHARACTER: f64 = 7.4;
pub(super) const LINE: f64 = 18.0;
pub(super) const PADDING: f64 = 10.0;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rectangle {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rectangle {
    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(super) fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }
}

/// A box with lines of text, and boxes below them.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) class: &'static str,
    pub(super) lines: Vec<String>,
    pub(super) children: Vec<Node>,
    /// Whether the children stand side by side, as far as there is room for them.
    pub(super) within: Option<f64>,
    pub(super) place: Rectangle,
}

impl Node {
    pub(super) fn new(class: &'static str, lines: impl IntoIterator<Item = String>) -> Self {
        Self {
            class,
            lines: lines.into_iter().collect(),
            ..Self::default()
        }
    }

    pub(super) fn with(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(children);
        self
    }

    /// Puts the box and everything in it to its place; the answer is where it ends.
    pub(super) fn put(&mut self, x: f64, y: f64) -> Rectangle {
        let longest = self
            .lines
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or_default();
        // No line of a drawing is so long that this loses anything.
        let text = f64::from(u32::try_from(longest).unwrap_or(u32::MAX)) * CHARACTER;
        let lines = f64::from(u32::try_from(self.lines.len()).unwrap_or(u32::MAX));
        let top = y + PADDING + lines * LINE;
        let (mut below, mut widest) = (top, text);
        match self.within {
            None => {
                for child in &mut self.children {
                    let place = child.put(x + PADDING, below);
                    widest = widest.max(place.width);
                    below = place.bottom() + PADDING;
                }
                // All are as wide as the widest.
                for child in &mut self.children {
                    child.place.width = widest;
                }
            }
            Some(room) => {
                let (mut left, mut row) = (x + PADDING, top);
                for child in &mut self.children {
                    let mut place = child.put(left, row);
                    if place.right() > x + room && left > x + PADDING {
                        left = x + PADDING;
                        row = below;
                        place = child.put(left, row);
                    }
                    left = place.right() + PADDING;
                    below = below.max(place.bottom() + PADDING);
                    widest = widest.max(place.right() - x - PADDING);
                }
            }
        }
        let gap = if self.children.is_empty() {
            PADDING / 2.0
        } else {
            0.0
        };
        self.place = Rectangle {
            x,
            y,
            width: widest + 2.0 * PADDING,
            height: below - y + gap,
        };
        self.place
    }
}

#[cfg(test)]
mod tests {
    use super::{CHARACTER, Node, PADDING};

    fn encloses(node: &Node) -> bool {
        node.children.iter().all(|child| {
            child.place.x >= node.place.x
                && child.place.y >= node.place.y
                && child.place.right() <= node.place.right() + 0.01
                && child.place.bottom() <= node.place.bottom() + 0.01
                && encloses(child)
        })
    }

    #[test]
    fn nothing_leaves_its_box_and_no_text_is_clipped() {
        let leaf = |text: &str| Node::new("leaf", [text.to_owned()]);
        for within in [None, Some(200.0)] {
            let mut node = Node::new("box", ["a title".to_owned()]).with([
                leaf("short"),
                leaf("a line that is longer than the title"),
                Node::new("box", ["inner".to_owned()]).with([leaf("x"), leaf("another one")]),
            ]);
            node.within = within;
            node.put(10.0, 20.0);
            assert!(encloses(&node), "{node:#?}");
            let longest = node.children[1].place.width;
            assert!(longest >= 36.0 * CHARACTER + 2.0 * PADDING);
        }
    }

    #[test]
    fn boxes_side_by_side_do_not_overlap() {
        let mut node = Node::new("box", []);
        node.within = Some(300.0);
        node.children = (0..20)
            .map(|number| Node::new("leaf", [format!("developer {number}")]))
            .collect();
        node.put(0.0, 0.0);
        for (position, one) in node.children.iter().enumerate() {
            for other in node.children.iter().skip(position + 1) {
                let apart = one.place.right() <= other.place.x
                    || other.place.right() <= one.place.x
                    || one.place.bottom() <= other.place.y
                    || other.place.bottom() <= one.place.y;
                assert!(apart, "{one:?} {other:?}");
            }
        }
    }
}
