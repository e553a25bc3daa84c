//! `local serve`: the local cloud on a port, for everything that speaks to AWS.

use std::convert::Infallible;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::Printer;
use super::arguments::Serve;
use super::exit::Exit;
use crate::local::LocalCloud;

pub(super) fn run(arguments: &Serve, out: &Path, printer: &Printer) -> Result<Exit, Box<dyn Error>> {
    let cloud = LocalCloud::open(&out.join("local"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // This machine's own interface only: nothing is checked but who one says one is.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
        let listener = TcpListener::bind(address).await?;
        printer.output(&format!("http://{}", listener.local_addr()?));
        tokio::select! {
            ended = serve(listener, cloud) => ended?,
            stopped = tokio::signal::ctrl_c() => stopped?,
        }
        Ok(Exit::Done)
    })
}

/// Answers whoever connects, until it is dropped.
pub(super) async fn serve(listener: TcpListener, cloud: LocalCloud) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let cloud = cloud.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(cloud.clone(), request));
            // A client that goes away is no concern of ours.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(cloud: LocalCloud, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
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
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name.as_ref(), value);
    }
    let internal = |_| Response::new(Full::new(Bytes::new()));
    Ok(response
        .body(Full::new(answer.body.into()))
        .unwrap_or_else(internal))
}
