//! The local cloud as an HTTP server that can be left running: nothing that is sent to it, or not sent, takes more than it may.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use crate::local::{Answer, LocalCloud, Visitors};

const MEGABYTE: usize = 1 << 20;

/// How much of this machine the server may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// So many connections at once; others wait until one ends.
    pub(super) connections: usize,
    /// How long a connection may be silent: between requests, inside the head of one, and inside its body.
    pub(super) silence: Duration,
    /// How long a connection may last.
    pub(super) lifetime: Duration,
    /// The megabytes of one request's body.
    pub(super) body: usize,
    /// The megabytes of all bodies that are being received.
    pub(super) bodies: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 256,
            silence: Duration::from_secs(30),
            lifetime: Duration::from_mins(15),
            body: 512,
            bodies: 1_024,
        }
    }
}

/// What all connections share.
struct Server {
    cloud: LocalCloud,
    visitors: Visitors,
    bounds: Bounds,
    /// Megabytes for bodies.
    room: Semaphore,
}

/// Answers whoever connects, until it is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    cloud: LocalCloud,
    visitors: Visitors,
    bounds: Bounds,
) -> std::io::Result<()> {
    let connections = Arc::new(Semaphore::new(bounds.connections));
    let server = Arc::new(Server {
        cloud,
        visitors,
        bounds,
        room: Semaphore::new(bounds.bodies),
    });
    loop {
        let Ok(connection) = Arc::clone(&connections).acquire_owned().await else {
            return Ok(());
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let server = Arc::clone(&server);
                tokio::spawn(async move {
                    server.attend(stream).await;
                    drop(connection);
                });
            }
            // The caller is gone again, or there are no descriptors left: then those in use are waited for.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

impl Server {
    /// Answers the requests of one connection.
    async fn attend(self: Arc<Self>, stream: TcpStream) {
        const HEAD: usize = 64 * 1_024;
        let bounds = self.bounds;
        let service = service_fn(move |request| {
            let server = Arc::clone(&self);
            async move { Ok::<_, Infallible>(server.answer(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(bounds.silence)
            .max_buf_size(HEAD)
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        // A client that goes away, or does not take its answer, is no concern of ours.
        let _ = timeout(bounds.lifetime, connection).await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        if let Some(refused) = turned_away(&self.visitors, &head) {
            return response(refused);
        }
        let (body, _room) = match self.receive(body).await {
            Ok(received) => received,
            Err(answer) => return response(answer),
        };
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
        let answer = self.cloud.answer(
            head.method.as_str(),
            &format!("http://{host}{uri}"),
            headers,
            &body,
        );
        response(answer)
    }

    /// The body of a request, and the room that it takes until it is answered.
    async fn receive(&self, mut body: Incoming) -> Result<(Vec<u8>, Vec<SemaphorePermit<'_>>), Answer> {
        let mut received = Vec::new();
        let mut taken = Vec::new();
        loop {
            let frame = match timeout(self.bounds.silence, body.frame()).await {
                Ok(None) => return Ok((received, taken)),
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(_))) | Err(_) => return Err(Answer::incomplete()),
            };
            let Ok(data) = frame.into_data() else { continue };
            if received.len() + data.len() > self.bounds.body * MEGABYTE {
                return Err(Answer::too_large());
            }
            while received.len() + data.len() > taken.len() * MEGABYTE {
                match self.room.try_acquire() {
                    Ok(megabyte) => taken.push(megabyte),
                    Err(_) => return Err(Answer::busy()),
                }
            }
            received.extend_from_slice(&data);
        }
    }
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

    use super::{Bounds, MEGABYTE, serve};
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
            Self::within(Bounds::default())
        }

        fn within(bounds: Bounds) -> Self {
            let runtime = Runtime::new().unwrap();
            let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
            let (address, cloud) = (listener.local_addr().unwrap(), LocalCloud::in_memory());
            runtime.spawn(serve(listener, cloud.clone(), Visitors::default(), bounds));
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

    /// Sends what it is given and nothing more, and waits until the server gives it up.
    fn is_given_up(served: &Served, sent: &str) -> bool {
        let mut stream = served.connect();
        stream.write_all(sent.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer.is_empty() || answer.starts_with("HTTP/1.1 4")
    }

    #[test]
    fn whoever_is_silent_is_given_up() {
        let served = Served::within(Bounds {
            silence: Duration::from_millis(200),
            ..Bounds::default()
        });
        let host = "Host: localhost\r\n";
        assert!(is_given_up(&served, ""));
        assert!(is_given_up(&served, "PUT /bucket HT"));
        assert!(is_given_up(&served, &format!("PUT /bucket HTTP/1.1\r\n{host}")));
        let body = format!("PUT /bucket HTTP/1.1\r\n{host}{SIGNED}\r\nContent-Length: 10\r\n\r\n123");
        assert!(is_given_up(&served, &body));
        // One that asked before, too.
        let mut stream = served.connect();
        let asked = format!("GET / HTTP/1.1\r\n{host}{SIGNED}\r\n\r\n");
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[test]
    fn more_connections_than_there_may_be_wait() {
        let served = Served::within(Bounds {
            connections: 4,
            silence: Duration::from_millis(300),
            ..Bounds::default()
        });
        let idle: Vec<TcpStream> = (0..20).map(|_| served.connect()).collect();
        let answer = served.ask("GET", "/", "Host: localhost\r\n", "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        drop(idle);
    }

    #[test]
    fn a_body_is_bounded_and_so_are_all_together() {
        let served = Served::within(Bounds {
            body: 2,
            bodies: 4,
            ..Bounds::default()
        });
        let host = "Host: localhost\r\n";
        served.ask("PUT", "/bucket", host, "");
        let small = "x".repeat(2 * MEGABYTE);
        assert!(
            served
                .ask("PUT", "/bucket/key", host, &small)
                .starts_with("HTTP/1.1 200")
        );
        let large = "x".repeat(2 * MEGABYTE + 1);
        let answer = served.ask("PUT", "/bucket/key", host, &large);
        assert!(answer.is_empty() || answer.contains("EntityTooLarge"), "{answer}");
        let got = served.ask("HEAD", "/bucket/key", host, "");
        assert!(got.contains("content-length: 2097152\r\n"), "{got}");
        // Two that are not done have taken what there is.
        let mut held = [served.connect(), served.connect()];
        for stream in &mut held {
            let begun = format!(
                "PUT /bucket/other HTTP/1.1\r\n{host}{SIGNED}\r\nContent-Length: {}\r\n\r\n",
                MEGABYTE + 9
            );
            stream.write_all(begun.as_bytes()).unwrap();
            stream.write_all("x".repeat(MEGABYTE + 1).as_bytes()).unwrap();
        }
        let mut refused = String::new();
        for _ in 0..100 {
            refused = served.ask("PUT", "/bucket/third", host, "x");
            if refused.contains("SlowDown") {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(refused.contains("SlowDown"), "{refused}");
        drop(held);
    }
}
