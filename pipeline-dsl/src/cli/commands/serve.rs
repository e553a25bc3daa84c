//! `local serve`: the local cloud on a port, for everything that speaks to AWS.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use tokio::net::TcpListener;

use crate::cli::arguments::Serve;
use crate::cli::exit::Exit;
use crate::cli::http_server::{Bounds, serve};
use crate::cli::printer::Printer;
use crate::cli::stop::Stops;
use crate::local::{Holder, LocalCloud, Visitors};
use crate::synth::claim;

pub(in crate::cli) fn run(arguments: &Serve, out: &Path, printer: &Printer) -> Result<Exit, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    claim(out)?;
    let stops = Stops::listen(runtime.handle());
    runtime.block_on(async {
        // This machine's own interface only: nothing is checked but who one says one is.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
        let listener = TcpListener::bind(address).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let holder = Holder::this_process("local serve").answering(&endpoint);
        let cloud = LocalCloud::open_as(&out.join("local"), &holder, |_| false)?;
        let visitors = Visitors::calling(arguments.host_header.iter().cloned());
        printer.output(&endpoint);
        if printer.lost().is_some() {
            // Nobody knows where it answers.
            return Ok(Exit::Failed);
        }
        tokio::select! {
            ended = serve(listener, cloud, visitors, Bounds::default()) => ended?,
            () = stops.reach(1) => {}
        }
        Ok(Exit::Done)
    })
}
