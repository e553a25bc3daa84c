//! S3: buckets, objects, and who may ask for them.

pub(super) mod answers;
pub(super) mod buckets;
pub(super) mod encryption;
pub(super) mod kept;
pub(super) mod objects;
pub(super) mod operations;
pub(super) mod permission;
pub(super) mod received;
pub(super) mod state;
pub(super) mod write;
