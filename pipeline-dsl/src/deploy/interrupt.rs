use std::sync::Arc;

use tokio::sync::watch;

/// A wish to stop: what runs is finished, nothing new is begun.
#[derive(Debug, Clone)]
pub struct Interrupt {
    stopped: Arc<watch::Sender<bool>>,
}

impl Default for Interrupt {
    fn default() -> Self {
        Self {
            stopped: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl Interrupt {
    /// Begins nothing new from now on.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Whether it was wished.
    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }
}
