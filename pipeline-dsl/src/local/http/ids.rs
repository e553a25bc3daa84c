//! What ids and ARNs are made of.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::Region;

/// The partition of a region; of one that is not known, the commercial one.
pub(crate) fn partition_of(region: &str) -> &'static str {
    let region: Option<Region> = region.parse().ok();
    region.map_or("aws", |region| region.partition().as_str())
}

/// A UUID made of what makes something unique: the same program makes the same ids.
pub(crate) fn unique_id(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut id = String::with_capacity(36);
    for (position, byte) in hasher.finalize().iter().take(16).enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}
