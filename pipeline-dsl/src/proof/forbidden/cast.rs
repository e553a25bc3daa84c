//! Whose accounts are whose.

use std::collections::BTreeSet;

use crate::proof::deployed::stacks::Deployed;

/// Who is who.
pub(super) struct Cast {
    pub(super) build: String,
    /// Accounts that are deployed to.
    pub(super) targets: BTreeSet<String>,
    /// Accounts of developers.
    pub(super) developers: BTreeSet<String>,
}

impl Cast {
    pub(super) fn of(deployed: &Deployed) -> Self {
        let build = deployed.build_account.to_string();
        let (mut targets, mut developers) = (BTreeSet::new(), BTreeSet::new());
        for resource in &deployed.resources {
            let account = resource.home.account.to_string();
            match resource.developer {
                Some(_) => developers.insert(account),
                None => account != build && targets.insert(account),
            };
        }
        Self {
            build,
            targets,
            developers,
        }
    }
}
