//! Control: the node from begin to end.

use super::config::Config;
use super::counts::Counts;
use super::node::Node;
use super::{door, endpoint, status, websocket};
use anyhow::{Context as _, Result};
use media_core::{MediaEngine, MediaEngineConfig};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// So long calls may take to be ended.
const FAREWELL: Duration = Duration::from_secs(5);

/// Where a node is reached.
#[derive(Debug, Clone, Copy)]
pub struct Listening {
    /// SIP, by UDP and TCP.
    pub sip: SocketAddr,
    /// The page.
    pub page: Option<SocketAddr>,
    /// SIP of browsers.
    pub websocket: Option<SocketAddr>,
}

/// Runs a node until `end` is ready; `begun` is told where it is reached. On a [`LocalSet`](tokio::task::LocalSet).
///
/// # Errors
/// What of the configuration cannot be, or the engine did not stop in order.
pub async fn run(config: Config, begun: impl FnOnce(Listening), end: impl Future<Output = ()>) -> Result<()> {
    let engine = MediaEngine::start(engine_config(&config)?)?;
    let counts = Arc::new(Counts::default());
    let stack = endpoint::open(&config, &counts).await?;
    let node = Node::new(config, engine.handle(), stack.layer, stack.address, counts)?;
    let node = Rc::new(node);
    let served = status::start(&node)?;
    let page = served.as_ref().and_then(|page| page.at);
    let endpoint = stack.endpoint.inner.clone();
    let browsers = match node.config.sip.websocket {
        Some(at) => Some(websocket::listen(at, page, stack.reception).await?),
        None => None,
    };
    node.websocket.set(browsers);
    let serving = tokio::spawn(async move { endpoint.serve().await });
    let door = tokio::task::spawn_local(door::serve(node.clone(), stack.incoming));
    let shown = page.map_or(String::new(), |at| format!(", page at http://{at}/"));
    node.log(format_args!("listening on {} (UDP and TCP){shown}", stack.address));
    begun(Listening { sip: stack.address, page, websocket: browsers });
    end.await;
    let calls = node.calls.borrow().len();
    node.log(format_args!("ending {calls} calls"));
    node.ends.send_replace(true);
    let gone = async {
        while !node.calls.borrow().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Their BYEs are on their way, and are answered.
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    if tokio::time::timeout(FAREWELL, gone).await.is_err() {
        node.log(format_args!("{} calls did not end in time", node.calls.borrow().len()));
    }
    door.abort();
    stack.end.cancel();
    let _ = tokio::time::timeout(Duration::from_secs(1), serving).await;
    drop((served, node));
    // It waits for its threads, and nobody is served any more.
    Ok(engine.stop()?)
}

fn engine_config(config: &Config) -> Result<MediaEngineConfig> {
    let files = &config.files;
    std::fs::create_dir_all(&files.recordings)
        .with_context(|| format!("files.recordings: cannot make {}", files.recordings.display()))?;
    let root: PathBuf = files.recordings.canonicalize()?;
    let media = &config.media;
    Ok(MediaEngineConfig::default()
        .workers(media.workers)
        .tick_ms(media.tick_ms)
        // Two legs, and one that comes in a transfer.
        .max_sessions(3 * media.calls)
        .max_conferences(media.calls)
        .bind_address(media.address)
        .rtp_ports(media.ports.0..=media.ports.1)
        .record_root(Some(root))
        .stats_socket(media.stats_socket.clone()))
}

/// Runs a node until SIGINT or SIGTERM.
///
/// # Errors
/// As [`run`].
pub fn until_signal(config: Config) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let end = async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        run(config, |_| (), end).await
    })
}
