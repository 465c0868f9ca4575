//! Control: a node on a thread of its own, for who tries it: tests, and calls with other phones.

use super::config::Config;
use super::run::{self, Listening};
use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// What its page does not show by then it will not.
const PATIENCE: Duration = Duration::from_secs(20);

/// A node that runs.
#[derive(Debug)]
pub struct Background {
    /// Where it is reached.
    pub at: Listening,
    end: oneshot::Sender<()>,
    thread: JoinHandle<Result<()>>,
}

impl Background {
    /// Begins; it listens when this is over.
    ///
    /// # Errors
    /// As [`run::run`].
    pub fn start(config: Config) -> Result<Self> {
        let (told, begun) = mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("pbx-node".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let begun = move |at| {
                let _ = told.send(at);
            };
            tokio::task::LocalSet::new().block_on(&runtime, run::run(config, begun, async { drop(ended.await) }))
        })?;
        match begun.recv() {
            Ok(at) => Ok(Self { at, end, thread }),
            Err(_) => Err(over(thread).err().context("the node did not begin")?),
        }
    }

    /// What its page shows: the page of `[status]` has to be there.
    ///
    /// # Errors
    /// It is not, or shows nothing.
    pub fn figures(&self) -> Result<Value> {
        let mut stream = TcpStream::connect(self.at.page.context("no [status] in the configuration")?)?;
        stream.write_all(b"GET /status.json HTTP/1.0\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let (_, body) = text.split_once("\r\n\r\n").context("no body")?;
        Ok(serde_json::from_str(body)?)
    }

    /// Waits until its page shows it.
    ///
    /// # Errors
    /// It does not within 20 s.
    pub fn until(&self, what: &str, is: impl Fn(&Value) -> bool) -> Result<()> {
        let begun = Instant::now();
        loop {
            let shown = self.figures()?;
            if is(&shown) {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "not within {} s: {what}; it shows {shown}", PATIENCE.as_secs());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends its calls, and then it.
    ///
    /// # Errors
    /// The engine did not stop in order.
    pub fn stop(self) -> Result<()> {
        drop(self.end);
        over(self.thread)
    }
}

fn over(thread: JoinHandle<Result<()>>) -> Result<()> {
    thread.join().map_err(|_| anyhow!("the node's thread panicked"))?
}
