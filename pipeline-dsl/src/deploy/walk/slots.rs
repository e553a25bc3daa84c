use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::model::AccountId;

/// How many stacks of each account are worked on at once.
pub(crate) struct Slots(BTreeMap<AccountId, Arc<Semaphore>>);

impl Slots {
    pub(crate) fn of(accounts: impl Iterator<Item = AccountId>, concurrency: usize) -> Self {
        let semaphore = || Arc::new(Semaphore::new(concurrency.max(1)));
        Self(accounts.map(|account| (account, semaphore())).collect())
    }

    pub(crate) fn of_account(&self, account: AccountId) -> Option<Arc<Semaphore>> {
        self.0.get(&account).map(Arc::clone)
    }
}
