//! Control: the stats socket: a Unix-domain stream socket on which anyone whom its permissions allow asks for a snapshot.
//!
//! | request line | answer |
//! |---|---|
//! | `json` | one line of JSON |
//! | `text` | the table, ended by an empty line |
//! | `histograms` | an HdrHistogram interval log of all since the start, ended by the line `#end` |
//! | `prometheus` | the whole in the text format of Prometheus ([`Snapshot::to_prometheus`]), ended by an empty line |
//! | `gauges PATTERN` | single figures as lines `path value` ([`gauges`](crate::telemetry::gauges)), ended by an empty line |
//! | `gauges json PATTERN` | the same as one line of JSON |
//! | `gauges PATTERN from NEXT` | the page after the one that named NEXT |
//! | `legs ORDER [first N] [of PART]` | the N first legs by `sick`, `packets`, `lost`, `concealed` or `delay`, of dialogs with PART in their name, as one line of JSON ([`LegQuery`]) |
//! | `why SESSION` | why its audio broke, a line a glitch, and how far it comes, ended by an empty line; by number or dialog |
//! | `why json SESSION` | the same as one line of JSON |
//! | `watch json MS` (`text`, `histograms`) | the same at once and each MS ms (100 at least) until the next request or the end |
//! | anything else | `error: …`, one line |
//!
//! One ordinary thread serves all clients. It takes the snapshot that the supervisor made last, reads sessions' gauges
//! where they are written, a page at most, and **never asks a media thread for anything**. Clients are limited in
//! number. One that takes nothing of its answer for 2 s, or not all of it within 10 s, is dropped, and so is one that has asked
//! for nothing for 2 s when another needs its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use crate::telemetry::directory::Directory;
use crate::telemetry::gauges::{GaugePage, GaugeQuery};
use crate::telemetry::legs::{LegQuery, LegRow};
use crate::telemetry::snapshot::Snapshot;
use crate::telemetry::why::Why;

mod client;
mod file;
mod request;
mod server;

use file::SocketFile;
use server::{Server, Stop};

/// Where the socket is and whom it serves.
#[derive(Debug, Clone)]
pub struct StatsSocketConfig {
    /// The socket's file. At most 90 octets; its directory must exist.
    pub path: PathBuf,
    /// Permissions of the file: who may write to it may connect. 0o600 by default: this user only.
    pub mode: u32,
    /// Clients at once, at least 1; 16 by default. Further ones are told so and closed.
    pub max_clients: usize,
    /// How long a client may leave its answer unread, 2 s by default; it has five times that for a whole one.
    pub patience: Duration,
}

impl StatsSocketConfig {
    /// At `path`, else as by default.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), mode: 0o600, max_clients: 16, patience: Duration::from_secs(2) }
    }
}

/// Where the figures come from: [`MediaHandle`](crate::MediaHandle), or a function that gives a snapshot alone.
pub trait StatsSource: Send {
    /// The latest snapshot; should only clone an `Arc`.
    fn snapshot(&self) -> Arc<Snapshot>;

    /// A page of gauges; without sessions unless overridden.
    fn gauges(&self, query: &GaugeQuery) -> GaugePage {
        GaugePage::read(query, &self.snapshot(), &Directory::default())
    }

    /// The legs that are asked for; none unless overridden.
    fn legs(&self, _query: &LegQuery) -> Vec<LegRow> {
        Vec::new()
    }

    /// Why the audio of a session broke; of none unless overridden.
    fn why(&self, _session: &str) -> Option<Why> {
        None
    }
}

impl<F: Fn() -> Arc<Snapshot> + Send> StatsSource for F {
    fn snapshot(&self) -> Arc<Snapshot> {
        self()
    }
}

/// Why the stats socket cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatsSocketError {
    /// Another process answers there.
    #[error("{path}: in use by another process; configure another path")]
    InUse {
        /// The configured path.
        path: PathBuf,
    },
    /// A file that is no socket is there; it is left alone.
    #[error("{path}: exists and is no socket; configure another path or remove it")]
    NotASocket {
        /// The configured path.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// The configured path.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
}

/// The stats socket, served until this is dropped.
#[derive(Debug)]
pub struct StatsSocket {
    file: SocketFile,
    stop: Stop,
    thread: Option<thread::JoinHandle<()>>,
}

impl StatsSocket {
    /// Opens the socket and serves it. `source` is asked on the socket's thread, once for each answer.
    ///
    /// A socket file that a crashed process left behind is replaced.
    ///
    /// # Errors
    /// [`StatsSocketError`].
    pub fn start(config: StatsSocketConfig, source: impl StatsSource + 'static) -> Result<Self, StatsSocketError> {
        let (file, listener) = SocketFile::bind(&config.path, config.mode)?;
        let failed = |source| StatsSocketError::Io { path: config.path.clone(), source };
        let (stop, stopped) = Stop::pair().map_err(failed)?;
        let server = Server::new(listener, stopped, &config, Box::new(source));
        let thread = thread::Builder::new().name("media-stats".into()).spawn(move || server.run()).map_err(failed)?;
        Ok(Self { file, stop, thread: Some(thread) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

impl Drop for StatsSocket {
    /// Ends the thread, closes all clients, removes the file.
    fn drop(&mut self) {
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            // It ends by panic only if `source` panicked, which was told of then.
            let _ = thread.join();
        }
        self.file.remove();
    }
}

#[cfg(test)]
mod tests;
