//! Control: the gateway from begin to end.

use super::args::GatewayArgs;
use super::doors;
use super::gateway::Gateway;
use super::limits::SOCKET_OCTETS;
use super::news::{Item, News};
use anyhow::{Context as _, Result};
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use media_core::{MediaEngine, MediaEngineConfig};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};

/// Connections beside one for each call: who looks after them, and who is refused.
const MORE: usize = 32;

/// A gateway that listens.
#[derive(Debug)]
pub struct Server {
    engine: MediaEngine,
    _stats: Option<StatsSocket>,
    listener: TcpListener,
    gateway: Arc<Gateway>,
    connections: usize,
}

impl Server {
    /// Starts the engine and listens; `print`: what befalls calls is printed. Within a runtime.
    ///
    /// # Errors
    /// What of the arguments cannot be.
    pub fn start(args: &GatewayArgs, print: bool) -> Result<Self> {
        let token = args.agreed_token()?;
        let listener = listen(args.listen).with_context(|| format!("--listen {}", args.listen))?;
        let config = MediaEngineConfig::default()
            .max_sessions(2 * args.calls as usize)
            .workers(usize::from(args.workers))
            .bind_address(args.rtp_address)
            .rtp_ports(args.rtp_ports.0..=args.rtp_ports.1);
        let engine = MediaEngine::start(config)?;
        let stats = args.stats_socket.as_ref().map(|path| {
            let served = StatsSocket::start(StatsSocketConfig::at(path), engine.handle());
            served.map_err(|why| anyhow::anyhow!("--stats-socket {why}"))
        });
        let gateway = Gateway::new(args, engine.handle(), token, News::new(print)?);
        let connections = args.calls as usize + MORE;
        Ok(Self { engine, _stats: stats.transpose()?, listener, gateway: Arc::new(gateway), connections })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The socket does not know.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// The engine, for its counts.
    pub fn engine(&self) -> media_core::MediaHandle {
        self.engine.handle()
    }

    /// Serves until `end` is ready; then each agent is told, and each call ended.
    ///
    /// # Errors
    /// The engine did not stop in order.
    pub async fn run(self, end: impl Future<Output = ()>) -> Result<()> {
        let Self { engine, _stats, listener, gateway, connections } = self;
        gateway.news.tell(&Item::Listening { address: listener.local_addr()? });
        let serving = tokio::spawn(doors::serve(listener, gateway.clone(), connections));
        end.await;
        gateway.ends.send_replace(true);
        serving.await?;
        for call in gateway.calls.take_all_waiting() {
            gateway.end(Box::new(call), "shutdown").await;
        }
        // It waits for its threads, and nobody is served any more.
        Ok(engine.stop()?)
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    // What is accepted has them, too.
    socket.set_send_buffer_size(SOCKET_OCTETS)?;
    socket.set_recv_buffer_size(SOCKET_OCTETS)?;
    socket.bind(address)?;
    Ok(socket.listen(128)?)
}

/// Runs a gateway until SIGINT or SIGTERM.
///
/// # Errors
/// What of the arguments cannot be, or the engine did not stop in order.
pub fn run(args: &GatewayArgs) -> Result<()> {
    runtime()?.block_on(async {
        let server = Server::start(args, true)?;
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        server
            .run(async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            })
            .await
    })
}

/// One thread: what it does is little, and nothing in it waits.
pub(super) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
