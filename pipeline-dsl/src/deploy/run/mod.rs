//! What the work of one run shares: its options, the stacks that it is about, how it tries again, what it uploaded.

pub(crate) mod context;
pub(crate) mod options;
pub(crate) mod places;
pub(crate) mod retry;
pub(crate) mod retrying_client;
pub(crate) mod selection;
pub(crate) mod template_store;
