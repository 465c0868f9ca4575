//! Control: the gateway as its users meet it: agents on WebSockets, phones on UDP, an engine on threads and sockets.

mod agent;
mod attach;
mod dtmf;
mod phones;
mod refused;
mod slow;
mod spoken_over;
mod talk;

use super::args::GatewayArgs;
use super::load::run::gateway;
use super::run::{Server, runtime};
use crate::made_speech as speech;
use agent::Agent;
use phones::Line;
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// A gateway on a thread of its own.
struct Running {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    fn start(change: impl FnOnce(&mut GatewayArgs)) -> Self {
        let mut args = gateway(8);
        change(&mut args);
        let (ready_tx, ready) = std::sync::mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime()?.block_on(async {
                let server = Server::start(&args, false)?;
                ready_tx.send(server.address()?)?;
                server.run(async { ended.await.unwrap_or(()) }).await
            })
        });
        Self { address: ready.recv().expect("it listens"), end: Some(end), thread: Some(thread) }
    }

    fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// Tells it to end.
    fn end(&mut self) {
        drop(self.end.take());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
        let ended = self.thread.take().unwrap().join();
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

/// Runs a test of one gateway.
fn with(change: impl FnOnce(&mut GatewayArgs), test: impl AsyncFnOnce(&mut Running)) {
    let mut running = Running::start(change);
    runtime().unwrap().block_on(test(&mut running));
}
