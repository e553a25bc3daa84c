//! Where calls come in: from the SDK, and from a port; each goes to its service.

pub(super) mod authorization;
pub(super) mod connector;
pub(super) mod fate;
pub(super) mod invocation;
pub(super) mod json;
pub(super) mod routing;
pub(super) mod server;
pub(super) mod visitors;
