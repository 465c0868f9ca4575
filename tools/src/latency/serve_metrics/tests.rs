//! I/O: scrapes over HTTP, of an engine that is there and of one that is not.

use super::*;
use crate::latency::tests::path;
use media_core::telemetry::snapshot::Snapshot;
use media_core::telemetry::stats_socket::{StatsSocket, StatsSocketConfig};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

/// The whole answer to a request of that first line.
fn asked(at: SocketAddr, line: &str) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Serves so many requests of the engine at that socket.
fn serves(socket: PathBuf, requests: usize) -> SocketAddr {
    let server = listen(([127, 0, 0, 1], 0).into()).unwrap();
    let at = server.server_addr().to_ip().unwrap();
    std::thread::spawn(move || server.incoming_requests().take(requests).for_each(|request| serve(request, &socket)));
    at
}

#[test]
fn prometheus_gets_the_engines_figures() {
    let mut snapshot = Snapshot::default();
    snapshot.sessions = 42;
    let snapshot = Arc::new(snapshot);
    let text = snapshot.to_prometheus();
    let engine = StatsSocket::start(StatsSocketConfig::at(path("http.sock")), move || Arc::clone(&snapshot)).unwrap();
    let at = serves(engine.path().to_owned(), 4);
    let answer = asked(at, "GET /metrics");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains(&format!("Content-Type: {FORMAT}")), "{head}");
    assert_eq!(body, text);
    assert!(asked(at, "GET /metrics?collect[]=x").ends_with(&text));
    let other = asked(at, "GET /");
    assert!(other.starts_with("HTTP/1.1 404 ") && other.ends_with("only /metrics is served\n"), "{other}");
    assert!(asked(at, "DELETE /metrics").starts_with("HTTP/1.1 405 "));
}

#[test]
fn an_engine_that_is_not_there_fails_the_scrape_until_it_is() {
    let socket = path("http-late.sock");
    let _ = std::fs::remove_file(&socket);
    let at = serves(socket.clone(), 3);
    let answer = asked(at, "GET /metrics");
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("cannot connect"), "{answer}");
    let snapshot = Arc::new(Snapshot::default());
    let engine = StatsSocket::start(StatsSocketConfig::at(socket), move || Arc::clone(&snapshot)).unwrap();
    assert!(asked(at, "GET /metrics").starts_with("HTTP/1.1 200 "));
    drop(engine);
    assert!(asked(at, "GET /metrics").starts_with("HTTP/1.1 503 "));
}

#[test]
fn it_listens_on_this_machine_alone_unless_told_otherwise() {
    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: ServeMetricsArgs,
    }
    let line = |words: &[&str]| <Line as clap::Parser>::try_parse_from([&["x", "a.sock"], words].concat());
    assert!(line(&[]).unwrap().args.listen.ip().is_loopback());
    assert_eq!(line(&["--listen", "0.0.0.0:80"]).unwrap().args.listen, ([0, 0, 0, 0], 80).into());
    assert!(line(&["--listen", "9464"]).is_err());
    // A port that is taken is told.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = listen(taken.local_addr().unwrap()).err().unwrap();
    assert!(error.to_string().contains("cannot listen"), "{error}");
}
