//! Requests and answers, as all services read and write them.

pub(super) mod answer;
pub(super) mod asked;
pub(super) mod call;
pub(super) mod credential;
pub(super) mod ids;
pub(super) mod json;
pub(super) mod names;
pub(super) mod request;
pub(super) mod response;
