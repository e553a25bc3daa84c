//! Requests and answers, as all services read and write them.

pub(super) mod call;
pub(super) mod credential;
pub(super) mod names;
pub(super) mod request;
pub(super) mod response;
