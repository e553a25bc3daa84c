use std::future::Future;

use tokio::task::JoinSet;

use super::defect::{Defect, caught};

/// Does the same with several things side by side, so many at once: each with what came of it, in the order in which they were
/// given. A panic is an error of the thing that it happened with.
pub(crate) async fn side_by_side<K, T, E, F>(
    at_once: usize,
    things: impl IntoIterator<Item = K>,
    work: impl Fn(&K) -> F,
) -> Vec<(K, Result<T, E>)>
where
    T: Send + 'static,
    E: From<Defect> + Send + 'static,
    F: Future<Output = Result<T, E>> + Send + 'static,
{
    let mut waiting = things.into_iter().enumerate();
    let mut begun = Vec::new();
    let mut running = JoinSet::new();
    loop {
        while running.len() < at_once.max(1) {
            let Some((position, thing)) = waiting.next() else {
                break;
            };
            let work = caught(work(&thing));
            begun.push((thing, None));
            running.spawn(async move { (position, work.await) });
        }
        match running.join_next().await {
            Some(Ok((position, ended))) => {
                if let Some((_, end)) = begun.get_mut(position) {
                    *end = Some(ended);
                }
            }
            // It was seen to end nowhere.
            Some(Err(_)) => {}
            None => break,
        }
    }
    let unseen = || Err(Defect::new("its task ended without a word").into());
    let ended = begun
        .into_iter()
        .map(|(thing, end)| (thing, end.unwrap_or_else(unseen)));
    ended.collect()
}

#[cfg(test)]
mod tests {
    use super::super::defect::Defect;
    use super::side_by_side;

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_own_thing() {
        let work = |number: &i32| {
            let number = *number;
            async move {
                assert!(number != 2, "two is too much");
                Ok::<_, Defect>(number * 10)
            }
        };
        let ended = side_by_side(2, [1, 2, 3], work).await;
        let expected = [(1, Ok(10)), (2, Err(Defect::new("two is too much"))), (3, Ok(30))];
        assert_eq!(ended, expected);
    }
}
