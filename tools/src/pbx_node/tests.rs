//! Control: a node on loopback, and phones that speak SIP and RTP to it as text and packets of their own.

mod abuse;
mod calls;
mod phone;
mod transfers;

use super::config::Config;
use super::run::{self, Listening};
use phone::Phone;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

const USERS: &str = "[users.alice]\npassword = \"a\"\n[users.bob]\npassword = \"b\"\n[users.carol]\npassword = \"c\"\n";

/// A node on a thread of its own.
struct Running {
    at: Listening,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
    _folder: Folder,
}

/// A folder that goes with its test.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn node(more: &str) -> Running {
    let name = std::thread::current().name().unwrap_or("node").replace("::", "-");
    let folder = Folder(std::env::temp_dir().join(format!("{name}-{}", std::process::id())));
    let recordings = folder.0.display();
    let text = format!(
        "[sip]\nlisten = \"127.0.0.1:0\"\n[status]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = \"{recordings}\"\n{USERS}{more}"
    );
    let config = Config::parse(&text).unwrap();
    let (told, begun) = mpsc::channel();
    let (end, ended) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let begun = move |at| told.send(at).unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, run::run(config, begun, async { drop(ended.await) }))
    });
    let at = begun.recv_timeout(Duration::from_secs(20)).expect("the node begins");
    Running { at, end: Some(end), thread: Some(thread), _folder: folder }
}

impl Running {
    fn phone(&self, name: &str) -> Phone {
        let mut phone = Phone::new(name, self.at.sip);
        assert_eq!(phone.register(&name[..1]), 200);
        phone
    }

    /// What the page shows.
    fn figures(&self) -> serde_json::Value {
        let mut stream = TcpStream::connect(self.at.page.unwrap()).unwrap();
        stream.write_all(b"GET /status.json HTTP/1.0\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Waits until the page shows it.
    fn until(&self, what: impl Fn(&serde_json::Value) -> bool) {
        let end = Instant::now() + Duration::from_secs(20);
        while !what(&self.figures()) {
            assert!(Instant::now() < end, "{}", self.figures());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until so much is counted; it is shown a second later at most.
    fn counts(&self, name: &str, count: u64) {
        let is = |pair: &serde_json::Value| pair[0] == name && pair[1] == count;
        self.until(|shown| shown["counts"].as_array().is_some_and(|counts| counts.iter().any(is)));
    }

    fn stop(&mut self) {
        drop(self.end.take());
        self.thread.take().unwrap().join().unwrap().unwrap();
    }
}
