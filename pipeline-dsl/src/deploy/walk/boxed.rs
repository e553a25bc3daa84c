use std::pin::Pin;

/// A future whose own type is forgotten: what the SDK makes of a call is deeper than the compiler likes.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
