//! The local cloud as a web server sees it.

use super::routing;
use crate::local::cloud::local_cloud::LocalCloud;
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::response::ApiError;
use crate::local::s3::received::incomplete;

impl Answer {
    /// To a request that broke off before all of it was there.
    pub fn incomplete() -> Self {
        Self::of_error(&incomplete())
    }

    /// To a request whose body is larger than is taken.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    pub fn too_large() -> Self {
        let message = "Your proposed upload exceeds the maximum allowed size.";
        Self::of_error(&ApiError::new("EntityTooLarge", message))
    }

    /// To a request for which there is no room now. Same page.
    pub fn busy() -> Self {
        Self::of_error(&ApiError {
            status: 503,
            ..ApiError::new("SlowDown", "Please reduce your request rate.")
        })
    }
}

impl LocalCloud {
    /// Answers a request over HTTP. No faults happen to it.
    pub fn answer<'a>(
        &self,
        method: &str,
        uri: &str,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
    ) -> Answer {
        let call = Call::new(method, uri, headers, body);
        if let Some(answer) = self.answer_invocation(&call) {
            return answer;
        }
        let mut state = self.lock();
        state.remember(&call);
        let answer = routing::answer(&mut state, &call);
        let kept = state.shared.kept();
        drop(state);
        kept.wait()
            .map_or_else(|error| routing::refusal(&call, &error.into()), |()| answer)
    }
}
