//! Control: what befalls calls, for who looks after them: a line of JSON each, on standard output and at `/events`.

use serde::Serialize;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::mpsc;
use tokio::sync::broadcast;

/// Lines that may wait for a reader, who then misses the oldest and is told how many.
const WAITING: usize = 1_024;

/// What befell a call, or the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Item<'a> {
    Listening {
        address: SocketAddr,
    },
    CallStarted {
        call: &'a str,
        local: Option<SocketAddr>,
    },
    AgentAttached {
        call: &'a str,
    },
    /// The call goes on without it, for so long.
    AgentLost {
        call: &'a str,
        reason: &'a str,
        grace_s: u32,
    },
    CallEnded {
        call: &'a str,
        reason: &'a str,
    },
    Refused {
        peer: SocketAddr,
        status: u16,
    },
}

/// See the head of the file.
#[derive(Debug, Clone)]
pub(super) struct News {
    lines: broadcast::Sender<String>,
    printed: Option<mpsc::SyncSender<String>>,
}

impl News {
    /// `print`: on standard output as well, by a thread of its own, so that nobody waits for who reads that.
    pub(super) fn new(print: bool) -> std::io::Result<Self> {
        let printed = print.then(|| {
            let (tx, rx) = mpsc::sync_channel::<String>(WAITING);
            let print = move || {
                for line in rx {
                    let mut out = std::io::stdout().lock();
                    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
                        return;
                    }
                }
            };
            std::thread::Builder::new().name("news".into()).spawn(print).map(|_| tx)
        });
        Ok(Self { lines: broadcast::Sender::new(WAITING), printed: printed.transpose()? })
    }

    pub(super) fn tell(&self, item: &Item<'_>) {
        let line = serde_json::to_string(item).unwrap_or_default();
        if let Some(printed) = &self.printed {
            // Full: nobody reads it.
            let _ = printed.try_send(line.clone());
        }
        let _ = self.lines.send(line);
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<String> {
        self.lines.subscribe()
    }
}
