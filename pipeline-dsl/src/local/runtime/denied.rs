use std::fmt;

/// A request that was not allowed; its text says which.
pub trait Denied: fmt::Debug + fmt::Display + Clone {
    /// The action, `sts:AssumeRole`.
    fn action(&self) -> &str;
}
