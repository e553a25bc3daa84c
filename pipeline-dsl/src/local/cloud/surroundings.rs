//! What is around the accounts: an organization, connections, and whoever takes messages and requests.

use super::local_cloud::LocalCloud;
use crate::local::lambda::custom_request::CustomRequest;
use crate::local::sns::Published;

impl LocalCloud {
    /// Tells where an account is: from the root down, `["r-ab12", "ou-ab12-11111111"]`.
    pub fn set_organization_path(&self, account: &str, path: &[&str]) {
        self.lock().parents.set_path(account, path);
    }

    /// Gives a connection another status: `PENDING`, as long as nobody has finished its handshake, or `ERROR`.
    pub fn set_connection_status(&self, connection: &str, status: &str) {
        let mut state = self.lock();
        state
            .connections
            .statuses
            .insert(connection.to_owned(), status.to_owned());
    }

    /// The messages that were published since this was last asked; the first time, none.
    pub fn published_messages(&self) -> Vec<Published> {
        self.lock()
            .topics
            .published
            .replace(Vec::new())
            .unwrap_or_default()
    }

    /// What custom resources asked since this process began, or since it was last taken.
    pub fn take_custom_requests(&self) -> Vec<CustomRequest> {
        std::mem::take(&mut self.lock().custom_requests)
    }
}
