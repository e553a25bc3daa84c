use std::future::Future;

use tokio::task::JoinSet;

/// Does several things side by side, so many at once; what comes of each, in the order in which they were given.
pub(super) async fn side_by_side<T, F>(at_once: usize, work: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut waiting = work.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    loop {
        while running.len() < at_once.max(1) {
            let Some((position, work)) = waiting.next() else {
                break;
            };
            running.spawn(async move { (position, work.await) });
        }
        match running.join_next().await {
            Some(Ok(ended)) => done.push(ended),
            // What runs here is not aborted and does not panic.
            Some(Err(_)) => {}
            None => break,
        }
    }
    done.sort_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, ended)| ended).collect()
}
