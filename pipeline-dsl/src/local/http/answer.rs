//! An answer over HTTP.

use std::borrow::Cow;

use super::response::ApiError;

/// An answer over HTTP.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: String) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "text/xml".to_owned())],
            body: body.into_bytes(),
        }
    }

    /// The same with another header.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name.into(), value));
        self
    }

    /// The same with another body.
    pub(crate) fn with_bytes(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    pub(crate) fn of_error(error: &ApiError) -> Self {
        Self::new(error.status, error.body())
    }
}
