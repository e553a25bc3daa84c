//! What a copy is, against what there is upstream.

use std::collections::BTreeMap;

use crate::deploy::aws::{ObjectHead, ObjectVersion};

/// The mark of a copy: the upstream version that it was made from.
const MARK: &str = "source-version";

/// The versions of every artifact in the build bucket, newest first.
#[derive(Debug, Default)]
pub(super) struct Upstream(pub(super) BTreeMap<String, Vec<ObjectVersion>>);

/// What an account has of an artifact, against the newest upstream version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Currency {
    /// The newest.
    Current,
    /// An older one.
    Behind {
        /// So many are newer.
        versions: usize,
        /// When the first of those was built, as AWS writes it.
        since: String,
    },
    /// A build of its own.
    Own,
    /// Nothing, though something was built.
    Missing,
    /// Nothing, and nothing was ever built.
    NeverBuilt,
}

impl Upstream {
    /// What this is against the newest.
    pub(super) fn currency(&self, artifact: &str, here: Option<&ObjectHead>) -> Currency {
        let versions = self.0.get(artifact).map(Vec::as_slice).unwrap_or_default();
        let Some(here) = here else {
            return if versions.is_empty() {
                Currency::NeverBuilt
            } else {
                Currency::Missing
            };
        };
        let Some(mark) = here.metadata.get(MARK) else {
            return Currency::Own;
        };
        let position = versions.iter().position(|version| version.id == *mark);
        // One that is not listed any more has expired: all are newer.
        let newer = position.unwrap_or(versions.len());
        match newer.checked_sub(1).and_then(|oldest| versions.get(oldest)) {
            None => Currency::Current,
            Some(first) => Currency::Behind {
                versions: newer,
                since: first.modified.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Currency, ObjectHead, ObjectVersion, Upstream};

    #[test]
    fn a_copy_is_as_old_as_the_version_that_it_was_made_from() {
        let version = |number: u32| ObjectVersion {
            id: format!("v{number}"),
            modified: format!("2026-01-0{number}"),
        };
        let versions = vec![version(3), version(2), version(1)];
        let upstream = Upstream(BTreeMap::from([("a.zip".to_owned(), versions)]));
        let copy = |mark: &str| ObjectHead {
            version: "own".to_owned(),
            metadata: BTreeMap::from([("source-version".to_owned(), mark.to_owned())]),
        };
        let behind = |versions, since: &str| Currency::Behind {
            versions,
            since: since.to_owned(),
        };
        assert_eq!(upstream.currency("a.zip", Some(&copy("v3"))), Currency::Current);
        // Since the first that it lacks, not since the newest.
        assert_eq!(
            upstream.currency("a.zip", Some(&copy("v1"))),
            behind(2, "2026-01-02")
        );
        assert_eq!(
            upstream.currency("a.zip", Some(&copy("expired"))),
            behind(3, "2026-01-01")
        );
        assert_eq!(upstream.currency("a.zip", None), Currency::Missing);
        assert_eq!(upstream.currency("b.zip", None), Currency::NeverBuilt);
        let own = ObjectHead {
            version: "own".to_owned(),
            metadata: BTreeMap::new(),
        };
        assert_eq!(upstream.currency("a.zip", Some(&own)), Currency::Own);
    }
}
