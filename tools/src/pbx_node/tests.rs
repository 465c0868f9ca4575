//! Control: a node on loopback, and phones that speak SIP and RTP to it as text and packets of their own.

mod abuse;
mod calls;
mod networks;
mod phone;
mod srtp;
mod transfers;
mod websocket;

use super::background::Background;
use super::config::Config;
use super::run::Listening;
use phone::Phone;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Nodes of this process so far.
static NODES: AtomicU32 = AtomicU32::new(0);

const USERS: &str = "[users.alice]\npassword = \"a\"\n[users.bob]\npassword = \"b\"\n[users.carol]\npassword = \"c\"\n";

/// A node on a thread of its own.
struct Running {
    at: Listening,
    node: Option<Background>,
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
    node_of(USERS, more, "127.0.0.1:0")
}

fn node_of(users: &str, more: &str, sip: &str) -> Running {
    let name = std::thread::current().name().unwrap_or("node").replace("::", "-");
    let folder =
        Folder(std::env::temp_dir().join(format!("{name}-{}-{}", std::process::id(), NODES.fetch_add(1, Relaxed))));
    let recordings = folder.0.display();
    let text = format!(
        "[sip]\nlisten = \"{sip}\"\nwebsocket = \"127.0.0.1:0\"\n[status]\nlisten = \"127.0.0.1:0\"\n[files]\nrecordings = \"{recordings}\"\n{users}{more}"
    );
    let config = Config { quiet: true, ..Config::parse(&text).unwrap() };
    let node = Background::start(config).unwrap();
    Running { at: node.at, node: Some(node), _folder: folder }
}

impl Running {
    fn phone(&self, name: &str) -> Phone {
        let mut phone = Phone::new(name, self.at.sip);
        assert_eq!(phone.register(&name[..1]), 200);
        phone
    }

    /// Waits until the page shows it.
    fn until(&self, what: impl Fn(&serde_json::Value) -> bool) {
        self.node.as_ref().unwrap().until("as the test wants it", what).unwrap();
    }

    /// Waits until so much is counted; it is shown a second later at most.
    fn counts(&self, name: &str, count: u64) {
        let is = |pair: &serde_json::Value| pair[0] == name && pair[1] == count;
        self.until(|shown| shown["counts"].as_array().is_some_and(|counts| counts.iter().any(is)));
    }

    fn stop(&mut self) {
        self.node.take().unwrap().stop().unwrap();
    }
}
