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
    /// The megabytes of an object that is put.
    pub(super) body: usize,
    /// The megabytes of any other request's body: an event for a function may have six.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub(super) call: usize,
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
            call: 8,
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
        let (body, _room) = match self.receive(body, self.largest(&head)).await {
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

    /// How many megabytes a request may bring.
    fn largest(&self, head: &Parts) -> usize {
        let authorization = head.headers.get("authorization");
        let authorization = authorization.and_then(|value| value.to_str().ok());
        if authorization.is_some_and(|value| value.contains("/s3/aws4_request")) {
            self.bounds.body
        } else {
            self.bounds.call
        }
    }

    /// The body of a request, and the room that it takes until it is answered.
    async fn receive(
        &self,
        mut body: Incoming,
        largest: usize,
    ) -> Result<(Vec<u8>, Vec<SemaphorePermit<'_>>), Answer> {
        let mut received = Vec::new();
        let mut taken = Vec::new();
        loop {
            let frame = match timeout(self.bounds.silence, body.frame()).await {
                Ok(None) => return Ok((received, taken)),
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(_))) | Err(_) => return Err(Answer::incomplete()),
            };
            let Ok(data) = frame.into_data() else { continue };
            if received.len() + data.len() > largest * MEGABYTE {
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
mod tests;
