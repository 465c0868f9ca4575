//! Control: the other end of the stats socket.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use media_core::telemetry::snapshot::Snapshot;
use media_core::telemetry::{LegOrder, LegRow};

/// How long an engine that ends in order takes to remove its socket once its clients are closed.
const REMOVED_WITHIN: Duration = Duration::from_millis(500);
/// How long an answer may take; the engine makes a snapshot each second.
const PATIENCE: Duration = Duration::from_secs(10);

/// The engine that was asked is there no more, and did not end in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineGone {
    socket: PathBuf,
    how: &'static str,
}

impl std::fmt::Display for EngineGone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.socket.display(), self.how)
    }
}

impl std::error::Error for EngineGone {}

/// A connection to a running engine.
#[derive(Debug)]
pub struct StatsClient {
    path: PathBuf,
    /// Device and inode of the socket's file: another engine may put its own there.
    identity: Option<(u64, u64)>,
    stream: BufReader<UnixStream>,
}

impl StatsClient {
    /// Connects to the engine whose stats socket is at `path`.
    ///
    /// # Errors
    /// Nobody answers there, or the socket's permissions forbid it.
    pub fn connect(path: &Path) -> Result<Self> {
        let identity = identity(path);
        let stream = UnixStream::connect(path);
        if stream.as_ref().is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused) {
            let how = "nobody listens there any more: the engine was killed, or crashed";
            return Err(EngineGone { socket: path.to_owned(), how }.into());
        }
        let stream = stream.with_context(|| {
            let hint = "is the engine running, with its stats socket there, and may this user write to it?";
            format!("{}: cannot connect ({hint})", path.display())
        })?;
        Ok(Self { path: path.to_owned(), identity, stream: BufReader::new(stream) })
    }

    /// Another connection to the same engine.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn again(&self) -> Result<Self> {
        Self::connect(&self.path)
    }

    /// The connection has ended: whether the engine ended in order, which removes its socket.
    ///
    /// # Errors
    /// [`EngineGone`]: it was killed, or crashed.
    pub fn ended(&self) -> Result<(), EngineGone> {
        let until = Instant::now() + REMOVED_WITHIN;
        let how = loop {
            match identity(&self.path) {
                None => return Ok(()),
                found if found != self.identity => break "the engine is gone, and another listens there now",
                _ if Instant::now() >= until => break "the engine was killed, or crashed: its socket is left behind",
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        Err(EngineGone { socket: self.path.clone(), how })
    }

    /// Sends a request line; answers to a watch may be `every` apart.
    ///
    /// # Errors
    /// The engine is gone.
    pub fn ask(&mut self, request: &str, every: Duration) -> Result<()> {
        let stream = self.stream.get_mut();
        stream.set_read_timeout(Some(every + PATIENCE))?;
        stream.write_all(format!("{request}\n").as_bytes()).with_context(|| self.gone())
    }

    /// The next line of an answer; `None` when the engine has ended.
    ///
    /// # Errors
    /// The connection broke, or the engine refused the request and says why.
    pub fn line(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        self.stream.read_line(&mut line).with_context(|| self.gone())?;
        if let Some(why) = line.strip_prefix("error: ") {
            bail!("{}: {}", self.path.display(), why.trim_end());
        }
        Ok((!line.is_empty()).then_some(line))
    }

    /// The next snapshot; `None` when the engine has ended.
    ///
    /// # Errors
    /// As [`line`](Self::line), or it is no snapshot.
    pub fn snapshot(&mut self) -> Result<Option<Snapshot>> {
        let Some(line) = self.line()? else { return Ok(None) };
        let snapshot = Snapshot::from_json(&line);
        snapshot.map(Some).with_context(|| format!("{}: does not answer with snapshots", self.path.display()))
    }

    /// The legs that stand out, of those whose dialog's name has that part.
    ///
    /// # Errors
    /// As [`line`](Self::line), or it is no list of legs.
    pub fn legs(&mut self, order: LegOrder, part: &str, first: u16) -> Result<Vec<LegRow>> {
        let of = if part.is_empty() { String::new() } else { format!(" of {part}") };
        self.ask(&format!("legs {} first {first}{of}", order.name()), Duration::ZERO)?;
        let Some(line) = self.line()? else {
            self.ended()?;
            bail!("{}: the engine has ended", self.path.display());
        };
        serde_json::from_str(&line).with_context(|| format!("{}: no answer to legs", self.path.display()))
    }

    /// The next interval log, an answer to `histograms`; `None` when the engine has ended.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub fn block(&mut self) -> Result<Option<Vec<u8>>> {
        let mut block = String::new();
        while let Some(line) = self.line()? {
            if line == "#end\n" {
                return Ok(Some(block.into_bytes()));
            }
            block.push_str(&line);
        }
        Ok(None)
    }

    fn gone(&self) -> String {
        format!("{}: the engine does not answer", self.path.display())
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::symlink_metadata(path).map(|found| (found.dev(), found.ino())).ok()
}

#[cfg(test)]
mod tests;
