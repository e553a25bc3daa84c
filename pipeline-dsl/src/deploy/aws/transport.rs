//! Every answer on its way to the SDK: it is read to its end within bounds, and does not repeat what the request carried.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

use super::carried::Carried;
use super::traffic::Traffic;
use crate::deploy::printable::chain;

/// No answer that is wanted here is larger: the largest are templates and pages of S3.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const LARGEST: usize = 16 << 20;

/// A server may ask for so long a pause before the next try, in milliseconds.
const LONGEST_PAUSE: u64 = 5_000;
const PAUSE: &str = "x-amz-retry-after";

/// The SDK takes the difference to the server's clock from here, and panics where the sum is no date.
const DATE: &str = "date";
/// A clock that is further off than this is not believed.
const LARGEST_SKEW: Duration = Duration::from_hours(24 * 366);

/// Whether this is no date, or none that a clock shows.
fn is_absurd(date: &str) -> bool {
    let said = DateTime::from_str(date, Format::HttpDate).ok();
    let said = said.and_then(|said| SystemTime::try_from(said).ok());
    let now = SystemTime::now();
    said.is_none_or(|said| {
        let difference = said.duration_since(now).or_else(|_| now.duration_since(said));
        difference.is_ok_and(|difference| difference > LARGEST_SKEW)
    })
}

/// HTTPS as the SDK does it by default: proxies as the environment names them.
pub(crate) fn https() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}

/// A client whose answers are guarded.
#[derive(Debug)]
pub(crate) struct Guarded {
    inner: SharedHttpClient,
    traffic: Arc<Traffic>,
}

impl Guarded {
    pub(crate) fn around(inner: SharedHttpClient, traffic: Arc<Traffic>) -> SharedHttpClient {
        SharedHttpClient::new(Self { inner, traffic })
    }
}

impl HttpClient for Guarded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(GuardedConnector {
            inner: self.inner.http_connector(settings, components),
            traffic: Arc::clone(&self.traffic),
        })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_base_client_config(&self.inner, components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        HttpClient::validate_final_config(&self.inner, components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct GuardedConnector {
    inner: SharedHttpConnector,
    traffic: Arc<Traffic>,
}

impl HttpConnector for GuardedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let carried = Carried::by(&request);
        let host = host(request.uri());
        let answer = self.inner.call(request);
        let traffic = Arc::clone(&self.traffic);
        traffic.asks(&host);
        let limit = traffic.time_limit();
        HttpConnectorFuture::new(async move {
            let whole = async {
                match answer.await {
                    Ok(response) => guarded(response, carried, &host).await,
                    Err(error) => Err(named(error, &host)),
                }
            };
            let answer = match limit {
                Some(limit) => tokio::time::timeout(limit, whole)
                    .await
                    .unwrap_or_else(|_| Err(silent(&host))),
                None => whole.await,
            };
            match &answer {
                Ok(response) => traffic.is_answered(response.status().as_u16()),
                Err(error) => traffic.fails(error.source().map(chain).unwrap_or_default()),
            }
            answer
        })
    }
}

/// The answer, as far as it may be seen.
async fn guarded(
    mut response: HttpResponse,
    carried: Carried,
    host: &str,
) -> Result<HttpResponse, ConnectorError> {
    if response.headers().get(DATE).is_some_and(is_absurd) {
        response.headers_mut().remove(DATE);
    }
    let pause = response.headers().get(PAUSE);
    let too_long = pause.is_some_and(|pause| pause.parse().is_ok_and(|pause: u64| pause > LONGEST_PAUSE));
    if too_long {
        response.headers_mut().remove(PAUSE);
    }
    let body = match response.body().bytes() {
        Some(body) => body.to_vec(),
        None => whole(ByteStream::new(response.take_body()), host).await?,
    };
    let body = match std::str::from_utf8(&body) {
        Ok(text) if carried.is_in(text) => carried.hide(text).into_bytes(),
        _ => body,
    };
    *response.body_mut() = SdkBody::from(body);
    // Written otherwise in the answer, they may appear when it has been read.
    response.add_extension(carried);
    Ok(response)
}

/// A body that comes piece by piece.
async fn whole(mut body: ByteStream, host: &str) -> Result<Vec<u8>, ConnectorError> {
    let mut whole = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| {
            let text = format!("{host}: the answer broke off: {}", chain(&error));
            ConnectorError::io(text.into())
        })?;
        if whole.len() + piece.len() > LARGEST {
            let text = format!("{host}: the answer has more than {LARGEST} bytes");
            return Err(ConnectorError::user(text.into()));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// `https://cloudformation.us-east-1.amazonaws.com`.
fn host(uri: &str) -> String {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    // No name and password.
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

/// Who could not be reached, and why.
#[derive(Debug)]
struct Unreached {
    text: String,
}

impl fmt::Display for Unreached {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for Unreached {}

/// Nobody has answered in time.
fn silent(host: &str) -> ConnectorError {
    let text = format!("{host} does not answer");
    ConnectorError::timeout(Box::new(Unreached { text }))
}

/// The same error with the name of who was called.
fn named(error: ConnectorError, host: &str) -> ConnectorError {
    let connection = error.connection_metadata().cloned();
    let (timeout, user, io, kind) = (
        error.is_timeout(),
        error.is_user(),
        error.is_io(),
        error.as_other(),
    );
    let text = if timeout {
        format!("{host} does not answer")
    } else {
        format!("{host}: {}", chain(error.into_source().as_ref()))
    };
    let source = Box::new(Unreached { text });
    let error = match (timeout, user, io) {
        (true, ..) => ConnectorError::timeout(source),
        (_, true, _) => ConnectorError::user(source),
        (.., true) => ConnectorError::io(source),
        _ => ConnectorError::other(source, kind),
    };
    match connection {
        Some(connection) => error.with_connection(connection),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_smithy_types::DateTime;
    use aws_smithy_types::date_time::Format;

    use super::is_absurd;

    #[test]
    fn a_clock_is_believed_within_a_year() {
        for date in [
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Mon, 01 Jan 0001 00:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "yesterday",
            "",
        ] {
            assert!(is_absurd(date), "{date}");
        }
        for days in [0, 1, 300] {
            let then = SystemTime::now() - Duration::from_hours(24 * days);
            let date = DateTime::from(then).fmt(Format::HttpDate).unwrap();
            assert!(!is_absurd(&date), "{date}");
        }
    }
}
