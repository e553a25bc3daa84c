//! The SDK's HTTP connector: a request goes in, an answer comes out, and nothing leaves the process.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::fate::Fate;
use super::routing;
use crate::local::cloud::local_cloud::LocalCloud;
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::store::writer::Kept;

/// The local cloud as the SDK sees it.
#[derive(Debug, Clone)]
pub struct LocalConnector {
    cloud: LocalCloud,
}

impl LocalCloud {
    /// An HTTP client for the AWS SDK that reaches this cloud, whatever the host.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(LocalConnector { cloud: self.clone() })
    }
}

impl HttpClient for LocalConnector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for LocalConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = read(&request);
        if let Some(answer) = self.cloud.answer_invocation(&call) {
            return HttpConnectorFuture::ready(response(answer));
        }
        let mut state = self.cloud.lock();
        state.remember(&call);
        let fate = state.fate(&call);
        match fate {
            Fate::Answered => {
                let answer = routing::answer(&mut state, &call);
                told_when_kept(state.shared.kept(), call, answer)
            }
            Fate::Instead(answer) => HttpConnectorFuture::ready(response(answer)),
            Fate::NotReceived => HttpConnectorFuture::ready(Err(lost())),
            Fate::AnswerLost => {
                drop(routing::answer(&mut state, &call));
                HttpConnectorFuture::ready(Err(lost()))
            }
            Fate::Twice => {
                drop(routing::answer(&mut state, &call));
                let answer = routing::answer(&mut state, &call);
                told_when_kept(state.shared.kept(), call, answer)
            }
            Fate::NeverAnswered { received } => {
                if received {
                    drop(routing::answer(&mut state, &call));
                }
                HttpConnectorFuture::new(std::future::pending())
            }
        }
    }
}

/// An answer, once what it tells of is on disk. Meanwhile others are answered, and what they do is kept with it.
fn told_when_kept(kept: Kept, call: Call, answer: Answer) -> HttpConnectorFuture {
    if kept.is_settled() {
        return HttpConnectorFuture::ready(response(answer));
    }
    HttpConnectorFuture::new(async move {
        match kept.await {
            Ok(()) => response(answer),
            Err(error) => response(routing::refusal(&call, &error.into())),
        }
    })
}

fn lost() -> ConnectorError {
    ConnectorError::io("the connection was closed".into())
}

fn read(request: &HttpRequest) -> Call {
    let body = request.body().bytes().unwrap_or_default();
    Call::new(request.method(), request.uri(), request.headers().iter(), body)
}

fn response(answer: Answer) -> Result<HttpResponse, ConnectorError> {
    let status =
        StatusCode::try_from(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}
