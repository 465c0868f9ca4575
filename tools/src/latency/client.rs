//! Control: the other end of the stats socket.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use media_core::telemetry::snapshot::Snapshot;

/// How long an answer may take; the engine makes a snapshot each second.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a running engine.
#[derive(Debug)]
pub struct StatsClient {
    path: PathBuf,
    stream: BufReader<UnixStream>,
}

impl StatsClient {
    /// Connects to the engine whose stats socket is at `path`.
    ///
    /// # Errors
    /// Nobody answers there, or the socket's permissions forbid it.
    pub fn connect(path: &Path) -> Result<Self> {
        let stream = UnixStream::connect(path).with_context(|| {
            let hint = "is the engine running, with its stats socket there, and may this user write to it?";
            format!("{}: cannot connect ({hint})", path.display())
        })?;
        Ok(Self { path: path.to_owned(), stream: BufReader::new(stream) })
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
