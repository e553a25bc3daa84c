//! Deployments in simulated time: what takes hours takes none.

use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use pipeline_dsl::deploy::{Access, Aws};
use pipeline_dsl::local::LocalCloud;

use crate::sample;

/// The time of tokio's paused clock.
#[derive(Debug)]
struct Simulated(tokio::time::Instant);

impl TimeSource for Simulated {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600) + self.0.elapsed()
    }
}

/// The way to a cloud; to be asked for inside [`block_on`].
pub fn aws(cloud: &LocalCloud, access: Access) -> Aws {
    aws_through(cloud.http_client(), access)
}

/// The same by another client.
pub fn aws_through(client: SharedHttpClient, access: Access) -> Aws {
    let time = Simulated(tokio::time::Instant::now());
    Aws::through_at(client, sample::account("111111111111"), access, time)
}

/// Runs something whose waiting takes no time.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(future)
}
