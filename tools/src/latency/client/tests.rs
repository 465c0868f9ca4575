//! Control: an engine that ended, was killed, or was replaced while it was watched.

use super::*;
use crate::latency::attach::{self, AttachArgs, WindowArg};
use crate::latency::tests::path;
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use std::fs;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Answers a first request, and is gone: as a process that is killed, it leaves its socket behind.
fn killed(name: &str, answer: &'static str) -> (PathBuf, JoinHandle<()>) {
    let path = path(name);
    let _ = fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let dies = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut String::new()).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
    });
    (path, dies)
}

fn attached(socket: PathBuf, once: bool) -> Result<()> {
    let every = Duration::from_millis(100);
    let args = AttachArgs { socket, once, json: true, every, window: WindowArg::Recent };
    attach::run(&args, &mut fs::File::create("/dev/null").unwrap())
}

fn gone(done: Result<()>, how: &str) {
    let error = done.unwrap_err();
    let told = error.downcast_ref::<EngineGone>().unwrap_or_else(|| panic!("{error:#}"));
    assert!(told.to_string().contains(how), "{told}");
}

#[test]
fn an_engine_that_was_killed_is_told() {
    let (socket, dies) = killed("killed-watched.sock", "{}\n");
    gone(attached(socket.clone(), false), "its socket is left behind");
    dies.join().unwrap();
    gone(attached(socket.clone(), false), "nobody listens there any more");
    gone(attached(socket.clone(), true), "nobody listens there any more");
    fs::remove_file(&socket).unwrap();
    // That nothing is there at all is the command line's fault.
    assert!(!attached(socket, false).unwrap_err().is::<EngineGone>());
    let (socket, _dies) = killed("killed-unanswered.sock", "");
    gone(attached(socket, true), "its socket is left behind");
}

#[test]
fn an_engine_that_ends_in_order_is_no_fault() {
    let snapshot = Arc::new(Snapshot::default());
    let engine =
        StatsSocket::start(StatsSocketConfig::at(path("orderly.sock")), move || Arc::clone(&snapshot)).unwrap();
    let socket = engine.path().to_owned();
    let watched = std::thread::spawn(move || attached(socket, false));
    std::thread::sleep(Duration::from_millis(300));
    drop(engine);
    watched.join().unwrap().unwrap();
}

#[test]
fn another_engine_in_its_place_is_told() {
    let (socket, dies) = killed("replaced.sock", "{}\n");
    let mut client = StatsClient::connect(&socket).unwrap();
    client.ask("watch json 100", Duration::ZERO).unwrap();
    assert!(client.snapshot().unwrap().is_some());
    dies.join().unwrap();
    let beside = path("replaced-beside.sock");
    let _ = fs::remove_file(&beside);
    let _another = UnixListener::bind(&beside).unwrap();
    fs::rename(&beside, &socket).unwrap();
    assert!(client.snapshot().unwrap().is_none());
    assert!(client.ended().unwrap_err().to_string().contains("another listens there now"));
}
