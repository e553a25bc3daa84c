use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::{Bounds, MEGABYTE, serve};
use crate::local::{LocalCloud, Random, Visitors};

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
    let chunked =
        format!("PUT /bucket/key HTTP/1.1\r\n{host}{SIGNED}\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n7 b");
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
    for _ in 0..500 {
        refused = served.ask("PUT", "/bucket/third", host, "x");
        if refused.contains("SlowDown") {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(refused.contains("SlowDown"), "{refused}");
    drop(held);
}

/// Requests with bytes changed, left out and added: whatever comes, the next who asks properly is answered.
#[test]
fn whatever_is_sent_the_next_one_is_answered() {
    let served = Served::within(Bounds {
        silence: Duration::from_millis(200),
        ..Bounds::default()
    });
    let whole = format!(
        "PUT /bucket/key?x=%41 HTTP/1.1\r\nHost: localhost\r\n{SIGNED}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    );
    let mut random = Random::new(23);
    let mut below = |end: usize| usize::try_from(random.below(end as u64)).unwrap();
    for _ in 0..300 {
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..=below(4) {
            let at = below(bytes.len());
            match below(3) {
                0 => bytes[at] = u8::try_from(below(256)).unwrap(),
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, u8::try_from(below(256)).unwrap()),
            }
        }
        let mut stream = served.connect();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
    }
    let answer = served.ask("GET", "/", "Host: localhost\r\n", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
