//! A panic in a task is an error of what the task was for, never silence.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use crate::deploy::printable::printable;

/// A defect of this library, or of one that it uses, came to light: what was being worked on is not known to be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a defect of this program: {message}")]
pub struct Defect {
    message: String,
}

impl Defect {
    pub(crate) fn new(message: &str) -> Self {
        Self {
            message: printable(message),
        }
    }

    fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::new(text.unwrap_or("it panicked"))
    }
}

/// Some work, with a panic in it as its error.
pub(crate) fn caught<T, E: From<Defect>>(
    work: impl Future<Output = Result<T, E>>,
) -> impl Future<Output = Result<T, E>> {
    let mut work = Box::pin(work);
    std::future::poll_fn(move |context| {
        // What a panic leaves behind is dropped with the work, and polled no more.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(polled) => polled,
            Err(panic) => Poll::Ready(Err(Defect::of_panic(panic.as_ref()).into())),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::caught;
    use crate::deploy::Defect;

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_message() {
        async fn panics(after: &str) -> Result<(), Defect> {
            tokio::task::yield_now().await;
            assert!(after.is_empty(), "no {after}\u{1b}[31m");
            Ok(())
        }
        let error = caught(panics("endpoint")).await.unwrap_err();
        assert_eq!(error.to_string(), "a defect of this program: no endpoint [31m");
        assert_eq!(caught(panics("")).await, Ok(()));
    }
}
