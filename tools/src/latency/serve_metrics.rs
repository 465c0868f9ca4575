//! I/O: `serve-metrics`: a running engine's figures for Prometheus over HTTP, on one ordinary thread of another process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use tiny_http::{Header, Method, Request, Response, Server};

use super::client::StatsClient;

/// The path that is served.
const PATH: &str = "/metrics";
/// What Prometheus's text format is called (version 0.0.4).
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What `serve-metrics` takes.
#[derive(Debug, Args)]
pub struct ServeMetricsArgs {
    /// The engine's stats socket.
    pub socket: PathBuf,
    /// Where to listen. There is no authentication: another address than the machine's own shows the figures to whoever reaches it.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9464")]
    pub listen: SocketAddr,
}

/// Serves until the process ends. The engine need not run yet, and may be started anew: each request asks it.
///
/// # Errors
/// The address cannot be listened on.
pub fn run(args: &ServeMetricsArgs, say: &mut impl std::io::Write) -> Result<()> {
    let server = listen(args.listen)?;
    let at = server.server_addr().to_ip().unwrap_or(args.listen);
    writeln!(say, "serving http://{at}{PATH}")?;
    server.incoming_requests().for_each(|request| serve(request, &args.socket));
    Ok(())
}

pub(super) fn listen(at: SocketAddr) -> Result<Server> {
    Server::http(at).map_err(|error| anyhow!("{at}: cannot listen: {error}"))
}

pub(super) fn serve(request: Request, socket: &Path) {
    let path = request.url().split('?').next().unwrap_or_default();
    let (status, text) = match (request.method(), path) {
        (Method::Get | Method::Head, PATH) => match figures(socket) {
            Ok(text) => (200, text),
            // The scrape fails, which is what Prometheus alerts on.
            Err(error) => (503, format!("{error:#}\n")),
        },
        (Method::Get | Method::Head, _) => (404, format!("only {PATH} is served\n")),
        _ => (405, "only GET and HEAD are served\n".to_owned()),
    };
    let kind = Header::from_bytes("Content-Type", if status == 200 { FORMAT } else { "text/plain; charset=utf-8" });
    let mut response = Response::from_string(text).with_status_code(status);
    kind.into_iter().for_each(|kind| response.add_header(kind));
    // Whoever asked may have gone away.
    let _ = request.respond(response);
}

/// What the engine says of itself, in Prometheus's text format.
fn figures(socket: &Path) -> Result<String> {
    let mut client = StatsClient::connect(socket)?;
    client.ask("prometheus", Duration::ZERO)?;
    let mut text = String::new();
    loop {
        match client.line()?.with_context(|| format!("{}: the engine has ended", socket.display()))? {
            end if end == "\n" => return Ok(text),
            line => text.push_str(&line),
        }
    }
}

#[cfg(test)]
mod tests;
