//! Somebody between the SDK and the local cloud, who does with a request what they like.

use std::fmt;
use std::sync::Arc;

use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use pipeline_dsl::deploy::{Access, Aws};
use pipeline_dsl::local::LocalCloud;

use crate::sample;

/// What is asked, as far as a peer cares.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `CreateChangeSet`; the method, where there is no action.
    pub action: String,
    /// The access key: the account, with account keys.
    pub key: String,
    /// The stack's name, or the change set's where no stack is named.
    pub stack: String,
    /// The change set's name or id; nothing, where none is named.
    pub change_set: String,
    /// All that the request carries, as an endpoint may repeat it.
    pub headers: String,
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let header = |name| request.headers().get(name).unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        let body = String::from_utf8_lossy(body).into_owned();
        let credential = header("authorization");
        let credential = credential.split("Credential=").nth(1).unwrap_or_default();
        let mut scope = credential.split('/').map(ToOwned::to_owned);
        let parameter = |name: &str| {
            let value = body.split('&').find_map(|pair| pair.strip_prefix(name));
            value.map(|value| value.replace("%3A", ":").replace("%2F", "/"))
        };
        let change_set = parameter("ChangeSetName=").unwrap_or_default();
        let stack = parameter("StackName=").unwrap_or_else(|| change_set.clone());
        let action = parameter("Action=").unwrap_or_else(|| match header("x-amz-target") {
            target if target.is_empty() => request.method().to_owned(),
            target => target.rsplit('.').next().unwrap().to_owned(),
        });
        Self {
            action,
            key: scope.next().unwrap_or_default(),
            stack: match stack.split_once(":stack/") {
                Some((_, rest)) => rest.split('/').next().unwrap().to_owned(),
                None => stack,
            },
            change_set,
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| format!("{name}: {value}; "))
                .collect(),
        }
    }
}

/// What a peer does with a request.
#[allow(dead_code, reason = "what a peer may do, whoever tests it")]
pub enum Deed {
    /// The cloud answers it.
    Pass,
    /// Somebody else does: with a status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// The cloud answers it, and the answer is changed.
    Change(Box<dyn FnOnce(String) -> String + Send>),
    /// The connection is closed.
    Close,
    /// Nobody ever answers.
    Hang,
    /// Whoever asks panics.
    Panic,
}

impl Deed {
    pub fn answer(status: u16, body: impl Into<String>) -> Self {
        Self::Answer(status, Vec::new(), body.into())
    }
}

struct Peer<F> {
    cloud: LocalCloud,
    does: Arc<F>,
}

impl<F> Clone for Peer<F> {
    fn clone(&self) -> Self {
        Self {
            cloud: self.cloud.clone(),
            does: Arc::clone(&self.does),
        }
    }
}

impl<F> fmt::Debug for Peer<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Peer")
    }
}

impl<F: Fn(&Asked) -> Deed + Send + Sync + 'static> HttpClient for Peer<F> {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl<F: Fn(&Asked) -> Deed + Send + Sync + 'static> HttpConnector for Peer<F> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match (self.does)(&Asked::of(&request)) {
            Deed::Pass => HttpConnectorFuture::ready(Ok(self.cloud_answers(&request, |body| body))),
            Deed::Change(change) => HttpConnectorFuture::ready(Ok(self.cloud_answers(&request, change))),
            Deed::Answer(status, headers, body) => {
                let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value));
                HttpConnectorFuture::ready(Ok(response(status, headers, body.into_bytes())))
            }
            Deed::Close => {
                HttpConnectorFuture::ready(Err(ConnectorError::io("the connection was closed".into())))
            }
            Deed::Hang => HttpConnectorFuture::new(std::future::pending()),
            Deed::Panic => panic!("this cannot be"),
        }
    }
}

impl<F> Peer<F> {
    fn cloud_answers(&self, request: &HttpRequest, change: impl FnOnce(String) -> String) -> HttpResponse {
        let body = request.body().bytes().unwrap_or_default();
        let answer = self
            .cloud
            .answer(request.method(), request.uri(), request.headers().iter(), body);
        let headers = answer
            .headers
            .into_iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-length"))
            .map(|(name, value)| (name.into_owned(), value));
        let body = match String::from_utf8(answer.body) {
            Ok(text) => change(text).into_bytes(),
            Err(bytes) => bytes.into_bytes(),
        };
        response(answer.status, headers, body)
    }
}

fn response(status: u16, headers: impl IntoIterator<Item = (String, String)>, body: Vec<u8>) -> HttpResponse {
    let status = StatusCode::try_from(status).unwrap();
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    for (name, value) in headers {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The way to a cloud by a peer.
pub fn client<F>(cloud: &LocalCloud, does: F) -> SharedHttpClient
where
    F: Fn(&Asked) -> Deed + Send + Sync + 'static,
{
    SharedHttpClient::new(Peer {
        cloud: cloud.clone(),
        does: Arc::new(does),
    })
}

/// The same in the time of this machine, with account keys.
pub fn aws<F>(cloud: &LocalCloud, does: F) -> Arc<Aws>
where
    F: Fn(&Asked) -> Deed + Send + Sync + 'static,
{
    aws_with(cloud, Access::AccountKeys, does)
}

/// The same with other access.
pub fn aws_with<F>(cloud: &LocalCloud, access: Access, does: F) -> Arc<Aws>
where
    F: Fn(&Asked) -> Deed + Send + Sync + 'static,
{
    let time = SharedTimeSource::new(SystemTimeSource::new());
    let caller = sample::account("111111111111");
    Arc::new(Aws::through_at(client(cloud, does), caller, access, time))
}
