//! Walks a graph of things that need each other, as many at once as there is nothing between.

use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinSet;

use super::defect::{Defect, caught};

/// What is walked: each node with those that it needs.
pub(crate) struct Walk<N> {
    waiting: BTreeMap<N, BTreeSet<N>>,
    dependents: BTreeMap<N, Vec<N>>,
    /// Nodes in the order they were given, which decides among those that are ready.
    order: Vec<N>,
}

/// How each node ended: every node is in one of the three.
pub(crate) struct Walked<N, T, E> {
    pub(crate) done: BTreeMap<N, T>,
    pub(crate) failed: BTreeMap<N, E>,
    /// With the failed node that it needs.
    pub(crate) skipped: BTreeMap<N, N>,
}

/// What a node leaves for those that need it.
pub(crate) trait Leaves {
    type Left: Clone;
    fn left(&self) -> Self::Left;
}

impl<N: Ord + Clone + Send + 'static> Walk<N> {
    /// A walk over nodes that are given with what they need; needs that are no nodes count as met.
    pub(crate) fn new(nodes: Vec<(N, Vec<N>)>) -> Self {
        let known: BTreeSet<&N> = nodes.iter().map(|(node, _)| node).collect();
        let mut dependents: BTreeMap<N, Vec<N>> = BTreeMap::new();
        let mut waiting = BTreeMap::new();
        for (node, needs) in &nodes {
            let needs: BTreeSet<N> = needs
                .iter()
                .filter(|need| known.contains(need))
                .cloned()
                .collect();
            for need in &needs {
                dependents.entry(need.clone()).or_default().push(node.clone());
            }
            waiting.insert(node.clone(), needs);
        }
        Self {
            waiting,
            dependents,
            order: nodes.into_iter().map(|(node, _)| node).collect(),
        }
    }

    /// How many follow each other at most after each node.
    fn heights(&self) -> BTreeMap<N, usize> {
        fn height<N: Ord + Clone>(
            node: &N,
            dependents: &BTreeMap<N, Vec<N>>,
            known: &mut BTreeMap<N, usize>,
        ) -> usize {
            if let Some(height) = known.get(node) {
                return *height;
            }
            let above = dependents.get(node).into_iter().flatten();
            let highest = above.map(|above| 1 + height(above, dependents, known)).max();
            let highest = highest.unwrap_or_default();
            known.insert(node.clone(), highest);
            highest
        }
        let mut known = BTreeMap::new();
        for node in &self.order {
            height(node, &self.dependents, &mut known);
        }
        known
    }

    /// Starts every node as soon as those that it needs are done. `start` gets what they left. What was not seen to be done has
    /// failed.
    pub(crate) async fn run<T, E, F>(
        mut self,
        start: impl Fn(&N, &BTreeMap<N, T::Left>) -> Option<F>,
    ) -> Walked<N, T, E>
    where
        T: Leaves + Send + 'static,
        E: From<Defect> + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let mut walked = Walked {
            done: BTreeMap::new(),
            failed: BTreeMap::new(),
            skipped: BTreeMap::new(),
        };
        let mut left = BTreeMap::new();
        let heights = self.heights();
        let mut running = JoinSet::new();
        let mut ready: Vec<N> = self
            .order
            .iter()
            .filter(|node| self.is_ready(node))
            .cloned()
            .collect();
        loop {
            // Where not all can run at once, those come first that most must wait for.
            ready.sort_by_key(|node| std::cmp::Reverse(heights.get(node).copied()));
            for node in ready.drain(..) {
                if let Some(work) = start(&node, &left) {
                    running.spawn(async move { (node, caught(work).await) });
                }
            }
            let Some(finished) = running.join_next().await else {
                self.fail_unseen(&mut walked);
                return walked;
            };
            match finished {
                Ok((node, Ok(result))) => {
                    left.insert(node.clone(), result.left());
                    ready = self.release(&node);
                    walked.done.insert(node, result);
                }
                Ok((node, Err(error))) => {
                    self.skip(&node, &mut walked.skipped);
                    walked.failed.insert(node, error);
                }
                // Its node is found among those that were not seen to end.
                Err(_) => {}
            }
        }
    }

    /// Nodes that were not begun, or whose end nobody saw.
    fn fail_unseen<T, E: From<Defect>>(&self, walked: &mut Walked<N, T, E>) {
        let begun = self.order.iter().filter(|node| self.is_ready(node));
        // What waits for these is skipped.
        for node in begun.chain(&self.order) {
            if !(walked.done.contains_key(node)
                || walked.failed.contains_key(node)
                || walked.skipped.contains_key(node))
            {
                let defect = Defect::new("its task was not begun, or ended without a word");
                walked.failed.insert(node.clone(), defect.into());
                self.skip(node, &mut walked.skipped);
            }
        }
    }

    fn is_ready(&self, node: &N) -> bool {
        self.waiting.get(node).is_some_and(BTreeSet::is_empty)
    }

    /// The nodes that waited for this one only.
    fn release(&mut self, node: &N) -> Vec<N> {
        let mut ready = Vec::new();
        for dependent in self.dependents.get(node).into_iter().flatten() {
            if let Some(needs) = self.waiting.get_mut(dependent) {
                needs.remove(node);
                if needs.is_empty() {
                    ready.push(dependent.clone());
                }
            }
        }
        ready
    }

    /// Everything that needs a failed node, directly or through others.
    fn skip(&self, failed: &N, skipped: &mut BTreeMap<N, N>) {
        let mut next = vec![failed];
        while let Some(node) = next.pop() {
            for dependent in self.dependents.get(node).into_iter().flatten() {
                if !skipped.contains_key(dependent) {
                    skipped.insert(dependent.clone(), failed.clone());
                    next.push(dependent);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::Mutex;

    use super::Leaves;
    use super::Walk;
    use super::Walked;
    use crate::deploy::walk::defect::Defect;

    impl Leaves for &'static str {
        type Left = &'static str;
        fn left(&self) -> Self::Left {
            self
        }
    }

    async fn walk(
        nodes: &[(&'static str, &[&'static str])],
        fails: &'static str,
    ) -> (Walked<&'static str, &'static str, Defect>, Vec<&'static str>) {
        let log = Arc::new(Mutex::new(Vec::new()));
        let nodes = nodes
            .iter()
            .map(|(node, needs)| (*node, needs.to_vec()))
            .collect();
        let start = |node: &&'static str, left: &BTreeMap<&'static str, &'static str>| {
            let (node, log, seen) = (*node, Arc::clone(&log), left.len());
            (node != "never begun").then_some(async move {
                // The later a node was started, the sooner it ends: only needs can order them.
                tokio::time::sleep(Duration::from_millis(20 - seen.min(20) as u64)).await;
                log.lock().await.push(node);
                assert!(node != "panics", "this cannot be");
                if node == fails {
                    Err(Defect::new("it fails"))
                } else {
                    Ok(node)
                }
            })
        };
        let walked = Walk::new(nodes).run(start).await;
        let log = log.lock().await.clone();
        (walked, log)
    }

    #[tokio::test(start_paused = true)]
    async fn each_comes_after_what_it_needs() {
        let (walked, log) = walk(
            &[("c", &["b"]), ("b", &["a"]), ("a", &[]), ("d", &["a", "c"])],
            "",
        )
        .await;
        assert_eq!(walked.done.len(), 4);
        let position = |node| log.iter().position(|each| *each == node);
        assert!(
            position("a") < position("b") && position("b") < position("c") && position("c") < position("d")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_stops_only_what_needs_it() {
        let (walked, log) = walk(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("x", &[])], "a").await;
        assert_eq!(log, ["a", "x"]);
        assert_eq!(walked.failed.len(), 1);
        assert_eq!(walked.skipped, BTreeMap::from([("b", "a"), ("c", "a")]));
        assert!(walked.done.contains_key("x"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_a_failure_and_what_needs_it_is_skipped() {
        let (walked, log) = walk(
            &[("panics", &[]), ("b", &["panics"]), ("c", &["b"]), ("x", &[])],
            "",
        )
        .await;
        assert_eq!(log, ["panics", "x"]);
        assert_eq!(
            walked.failed,
            BTreeMap::from([("panics", Defect::new("this cannot be"))])
        );
        assert_eq!(walked.skipped, BTreeMap::from([("b", "panics"), ("c", "panics")]));
        assert!(walked.done.contains_key("x"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_never_begun_has_failed() {
        let (walked, _) = walk(
            &[("b", &["never begun"]), ("never begun", &["a"]), ("a", &[])],
            "",
        )
        .await;
        assert_eq!(walked.failed.keys().collect::<Vec<_>>(), [&"never begun"]);
        assert_eq!(walked.skipped, BTreeMap::from([("b", "never begun")]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_need_outside_the_walk_counts_as_met() {
        let (walked, _) = walk(&[("b", &["elsewhere"])], "").await;
        assert!(walked.done.contains_key("b"));
    }
}
