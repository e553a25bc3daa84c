//! What keeps things: buckets, keys, logs.

pub(super) mod artifact_store;
pub(super) mod assets;
pub(super) mod bucket;
pub(super) mod key;
pub(super) mod logs;
