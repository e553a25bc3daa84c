//! What was asked of the cloud, in order: tests and the curious can look at it.

use super::local_cloud::LocalCloud;
use crate::local::http::asked::Asked;

impl LocalCloud {
    /// Remembers from now on what it is asked.
    pub fn remember_calls(&self) {
        let mut state = self.lock();
        state.remembers = true;
        state.asked.clear();
    }

    /// What it was asked since [`Self::remember_calls`], in order.
    pub fn calls(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }
}
