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

use super::{LocalCloud, api};

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
        let authorization = request.headers().get("authorization").unwrap_or_default();
        let answer = api::answer(
            &self.cloud,
            authorization,
            request.body().bytes().unwrap_or_default(),
        );
        let response = StatusCode::try_from(answer.status)
            .map(|status| {
                let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
                response.headers_mut().insert("content-type", "text/xml");
                response
            })
            .map_err(|error| ConnectorError::other(error.into(), None));
        HttpConnectorFuture::ready(response)
    }
}
