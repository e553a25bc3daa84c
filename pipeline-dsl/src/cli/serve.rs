//! `local serve`: the local cloud on a port, for everything that speaks to AWS.

use std::convert::Infallible;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::Printer;
use super::arguments::Serve;
use super::exit::Exit;
use crate::local::{Answer, Holder, LocalCloud, Visitors};

pub(super) fn run(arguments: &Serve, out: &Path, printer: &Printer) -> Result<Exit, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // This machine's own interface only: nothing is checked but who one says one is.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
        let listener = TcpListener::bind(address).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let holder = Holder::this_process("local serve").answering(&endpoint);
        let cloud = LocalCloud::open_as(&out.join("local"), &holder, |_| false)?;
        let visitors = Visitors::calling(arguments.host_header.iter().cloned());
        printer.output(&endpoint);
        tokio::select! {
            ended = serve(listener, cloud, visitors) => ended?,
            stopped = tokio::signal::ctrl_c() => stopped?,
        }
        Ok(Exit::Done)
    })
}

/// Answers whoever connects, until it is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    cloud: LocalCloud,
    visitors: Visitors,
) -> std::io::Result<()> {
    let visitors = Arc::new(visitors);
    loop {
        let (stream, _) = listener.accept().await?;
        let (cloud, visitors) = (cloud.clone(), visitors.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(cloud.clone(), visitors.clone(), request));
            // A client that goes away is no concern of ours.
            let _ = http1::Builder::new()
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    cloud: LocalCloud,
    visitors: Arc<Visitors>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if let Some(refused) = turned_away(&visitors, &head) {
        return Ok(response(refused));
    }
    let Ok(body) = body.collect().await else {
        return Ok(response(Answer::incomplete()));
    };
    let body = body.to_bytes();
    let host = head
        .headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let headers = head
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let uri = head.uri.path_and_query().map_or("/", |uri| uri.as_str());
    let answer = cloud.answer(
        head.method.as_str(),
        &format!("http://{host}{uri}"),
        headers,
        &body,
    );
    Ok(response(answer))
}

/// The answer to a request that is not let in: every name by which it calls this machine must be known.
fn turned_away(visitors: &Visitors, head: &Parts) -> Option<Answer> {
    let origin = head
        .headers
        .get("origin")
        .map(|origin| String::from_utf8_lossy(origin.as_bytes()));
    let named = head.headers.get_all("host").iter();
    let mut hosts: Vec<&str> = named.map(|host| host.to_str().unwrap_or_default()).collect();
    if hosts.is_empty() {
        hosts.push("");
    }
    hosts.extend(head.uri.authority().map(Authority::as_str));
    hosts
        .into_iter()
        .find_map(|host| visitors.turn_away(host, origin.as_deref()))
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name.as_ref(), value);
    }
    let internal = |_| Response::new(Full::new(Bytes::new()));
    response
        .body(Full::new(answer.body.into()))
        .unwrap_or_else(internal)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, SocketAddr, TcpStream};
    use std::time::Duration;

    use tokio::net::TcpListener;
    use tokio::runtime::Runtime;

    use super::serve;
    use crate::local::{LocalCloud, Visitors};

    const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/s3/aws4_request, SignedHeaders=host";

    /// A local cloud on a port, as long as this is there.
    struct Served {
        address: SocketAddr,
        cloud: LocalCloud,
        _runtime: Runtime,
    }

    impl Served {
        fn begin() -> Self {
            let runtime = Runtime::new().unwrap();
            let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
            let (address, cloud) = (listener.local_addr().unwrap(), LocalCloud::in_memory());
            runtime.spawn(serve(listener, cloud.clone(), Visitors::default()));
            Self {
                address,
                cloud,
                _runtime: runtime,
            }
        }

        fn connect(&self) -> TcpStream {
            let stream = TcpStream::connect(self.address).unwrap();
            stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
            stream
        }

        /// Sends these bytes and nothing more; all that comes back.
        fn send(&self, request: &str) -> String {
            let mut stream = self.connect();
            stream.write_all(request.as_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8_lossy(&answer).into_owned()
        }

        fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
            let length = body.len();
            self.send(&format!(
                "{method} {path} HTTP/1.1\r\nConnection: close\r\n{SIGNED}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
            ))
        }
    }

    #[test]
    fn a_page_that_lets_its_name_point_here_is_turned_away() {
        let served = Served::begin();
        for (path, headers) in [
            ("/bucket", "Host: evil.example\r\n"),
            ("/bucket", "Host: localhost\r\nHost: evil.example\r\n"),
            ("/bucket", "Host: localhost\r\nOrigin: http://localhost\r\n"),
            ("http://evil.example/bucket", "Host: localhost\r\n"),
            ("/bucket", ""),
        ] {
            let answer = served.ask("PUT", path, headers, "");
            assert!(answer.starts_with("HTTP/1.1 403"), "{headers:?}: {answer}");
            assert!(answer.contains("the local cloud"), "{answer}");
        }
        let buckets = served.ask("GET", "/", "Host: localhost:4599\r\n", "");
        assert!(
            buckets.starts_with("HTTP/1.1 200") && !buckets.contains("<Name>"),
            "{buckets}"
        );
        let made = served.ask("PUT", "/bucket", "Host: 127.0.0.1\r\n", "");
        assert!(made.starts_with("HTTP/1.1 200"), "{made}");
        assert!(served.cloud.stacks().is_empty());
    }

    #[test]
    fn an_upload_that_breaks_off_replaces_nothing() {
        let served = Served::begin();
        let host = "Host: localhost\r\n";
        served.ask("PUT", "/bucket", host, "");
        let put = served.ask("PUT", "/bucket/key", host, "all of it");
        assert!(put.starts_with("HTTP/1.1 200"), "{put}");
        let broken =
            format!("PUT /bucket/key HTTP/1.1\r\n{host}{SIGNED}\r\nContent-Length: 1000000\r\n\r\n7 bytes");
        let answer = served.send(&broken);
        assert!(
            answer.starts_with("HTTP/1.1 400") && answer.contains("IncompleteBody"),
            "{answer}"
        );
        let chunked = format!(
            "PUT /bucket/key HTTP/1.1\r\n{host}{SIGNED}\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n7 b"
        );
        let answer = served.send(&chunked);
        assert!(
            answer.starts_with("HTTP/1.1 400") && answer.contains("IncompleteBody"),
            "{answer}"
        );
        let wrong = served.ask(
            "PUT",
            "/bucket/key",
            &format!("{host}Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
            "other",
        );
        assert!(
            wrong.starts_with("HTTP/1.1 400") && wrong.contains("BadDigest"),
            "{wrong}"
        );
        let got = served.ask("GET", "/bucket/key", host, "");
        assert!(got.ends_with("all of it"), "{got}");
    }
}
