//! Control: the stats socket: requests, many readers, bad ones.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::*;
use crate::telemetry::gauges::GaugeQuery;
use crate::telemetry::legs::{LegOrder, LegQuery};
use crate::telemetry::stats_socket::request::{Form, Request};

fn path(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("mc-stats-{}-{name}", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

/// Serves snapshots that count up in `sessions`.
fn serve(config: StatsSocketConfig) -> Result<StatsSocket, StatsSocketError> {
    let count = AtomicU32::new(0);
    StatsSocket::start(config, move || {
        Arc::new(Snapshot { sessions: count.fetch_add(1, Ordering::Relaxed), ..Snapshot::default() })
    })
}

fn connect(path: &Path) -> BufReader<UnixStream> {
    let stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    BufReader::new(stream)
}

fn line(client: &mut BufReader<UnixStream>) -> String {
    let mut line = String::new();
    client.read_line(&mut line).unwrap();
    line
}

#[test]
fn answers_requests_in_order_on_one_connection() {
    let socket = serve(StatsSocketConfig::at(path("order"))).unwrap();
    let mut client = connect(socket.path());
    client.get_mut().write_all(b"json\ntext\r\nhistograms\nnonsense\njson extra\njs").unwrap();
    assert_eq!(Snapshot::from_json(&line(&mut client)).unwrap().sessions, 0);
    assert!(line(&mut client).contains("1 sessions"));
    while line(&mut client) != "\n" {}
    assert!(line(&mut client).starts_with("#[Histogram log"));
    while line(&mut client) != "#end\n" {}
    assert!(line(&mut client).starts_with("error: ask for json"));
    assert!(line(&mut client).starts_with("error: "));
    client.get_mut().write_all(b"on\n").unwrap();
    assert_eq!(Snapshot::from_json(&line(&mut client)).unwrap().sessions, 3);
}

#[test]
fn a_request_without_line_end_is_answered_at_the_end() {
    let socket = serve(StatsSocketConfig::at(path("half"))).unwrap();
    let mut client = connect(socket.path());
    client.get_mut().write_all(b"json").unwrap();
    client.get_mut().shutdown(std::net::Shutdown::Write).unwrap();
    let mut all = String::new();
    client.read_to_string(&mut all).unwrap();
    assert!(Snapshot::from_json(&all).is_ok(), "{all}");
}

#[test]
fn a_watch_goes_on_until_the_next_request() {
    let socket = serve(StatsSocketConfig::at(path("watch"))).unwrap();
    let mut client = connect(socket.path());
    client.get_mut().write_all(b"watch json 1\n").unwrap();
    let began = Instant::now();
    for n in 0..4 {
        assert_eq!(Snapshot::from_json(&line(&mut client)).unwrap().sessions, n);
    }
    assert!(began.elapsed() >= Duration::from_millis(290), "no faster than each 100 ms");
    client.get_mut().write_all(b"nonsense\njson\n").unwrap();
    while !line(&mut client).starts_with("error:") {}
    line(&mut client);
    client.get_mut().set_read_timeout(Some(Duration::from_millis(250))).unwrap();
    assert!(client.read_line(&mut String::new()).is_err(), "nothing after a single request");
}

#[test]
fn requests_are_parsed_strictly() {
    for (text, expected) in [
        (" json ", Some(Request::Once(Form::Json))),
        ("watch text 1000", Some(Request::Watch(Form::Text, Duration::from_secs(1)))),
        ("gauges", Some(Request::Gauges(false, GaugeQuery::default()))),
        ("legs sick", Some(Request::Legs(LegQuery::new(LegOrder::Sick)))),
        (
            "legs lost first 5 of a  of b \r",
            Some(Request::Legs(LegQuery::new(LegOrder::Lost).first(5).of_dialog("a  of b"))),
        ),
        ("legs delay of legs", Some(Request::Legs(LegQuery::new(LegOrder::Delay).of_dialog("legs")))),
        ("legs", None),
        ("legs worst", None),
        ("legs sick first", None),
        ("legs sick first 65536", None),
        ("legs sick 5", None),
        ("gauges /worker", Some(Request::Gauges(false, GaugeQuery::new("/worker")))),
        (
            "gauges json /session/*/lost from /session/40",
            Some(Request::Gauges(true, GaugeQuery::new("/session/*/lost").from("/session/40").unwrap())),
        ),
        ("gauges /session from", None),
        ("gauges /session from /worker/0", None),
        ("gauges /session after /session/40", None),
        ("watch json 0", Some(Request::Watch(Form::Json, Duration::from_millis(100)))),
        ("watch json", None),
        ("watch json -1", None),
        ("watch json 1 2", None),
        ("JSON", None),
        ("", None),
    ] {
        assert_eq!(Request::parse(text), expected, "{text:?}");
    }
}

#[test]
fn an_endless_request_is_refused() {
    let socket = serve(StatsSocketConfig::at(path("long"))).unwrap();
    let mut client = connect(socket.path());
    client.get_mut().write_all(&[b'x'; 300]).unwrap();
    assert!(line(&mut client).starts_with("error: "));
    assert_eq!(line(&mut client), "", "and closed");
}

#[test]
fn further_clients_are_told_so() {
    let config = StatsSocketConfig { max_clients: 2, ..StatsSocketConfig::at(path("many")) };
    let socket = serve(config).unwrap();
    let mut served: Vec<_> = (0..2).map(|_| connect(socket.path())).collect();
    for client in &mut served {
        client.get_mut().write_all(b"json\n").unwrap();
        line(client);
    }
    let mut third = connect(socket.path());
    assert_eq!(line(&mut third), "error: too many clients\n");
    assert_eq!(line(&mut third), "");
    drop(served.pop());
    let mut tries = 0;
    loop {
        let mut next = connect(socket.path());
        let mut answer = String::new();
        let asked = next.get_mut().write_all(b"json\n").and_then(|()| next.read_line(&mut answer));
        if asked.is_ok() && answer.starts_with('{') {
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the place of one that left is free again");
    }
}

#[test]
fn a_client_that_does_not_read_is_dropped_and_delays_nobody() {
    let gauges: std::collections::BTreeMap<_, _> = (0..40_000).map(|n| (format!("/session/{n}/lost"), n)).collect();
    let big = Arc::new(Snapshot { gauges, ..Snapshot::default() });
    let config = StatsSocketConfig { patience: Duration::from_millis(300), ..StatsSocketConfig::at(path("slow")) };
    let socket = StatsSocket::start(config, move || Arc::clone(&big)).unwrap();
    let mut slow = connect(socket.path());
    slow.get_mut().write_all(b"json\njson\n").unwrap();
    let mut fast = connect(socket.path());
    fast.get_mut().write_all(b"json\n").unwrap();
    let length = line(&mut fast).len();
    assert!(length > 500_000, "larger than any socket buffer");
    std::thread::sleep(Duration::from_millis(600));
    let mut got = Vec::new();
    // The end, or a reset: either way far less than was asked for.
    let _ = slow.read_to_end(&mut got);
    assert!(got.len() < length, "{} octets", got.len());
}

#[test]
fn only_stale_sockets_are_replaced() {
    let at = path("stale");
    drop(UnixListener::bind(&at).unwrap());
    assert!(at.exists(), "a crashed process leaves its file behind");
    let socket = serve(StatsSocketConfig::at(&at)).unwrap();
    assert!(matches!(serve(StatsSocketConfig::at(&at)), Err(StatsSocketError::InUse { .. })));
    let mut client = connect(socket.path());
    client.get_mut().write_all(b"json\n").unwrap();
    assert!(line(&mut client).starts_with('{'), "the first one serves on");
    drop(socket);
    assert!(!at.exists());
    assert_eq!(line(&mut client), "", "clients are closed");

    fs::write(&at, "data").unwrap();
    assert!(matches!(serve(StatsSocketConfig::at(&at)), Err(StatsSocketError::NotASocket { .. })));
    assert_eq!(fs::read(&at).unwrap(), b"data");
    fs::remove_file(&at).unwrap();
    let nowhere = serve(StatsSocketConfig::at("/nonexistent/socket")).unwrap_err();
    assert!(nowhere.to_string().starts_with("/nonexistent/socket: "), "{nowhere}");
    assert!(matches!(
        serve(StatsSocketConfig::at("/tmp/".to_owned() + &"x".repeat(200))),
        Err(StatsSocketError::Io { .. })
    ));
}

#[test]
fn the_file_has_the_configured_permissions() {
    for mode in [0o600, 0o660, 0o666] {
        let socket = serve(StatsSocketConfig { mode, ..StatsSocketConfig::at(path("mode")) }).unwrap();
        assert_eq!(fs::metadata(socket.path()).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn the_file_of_another_is_not_removed() {
    let at = path("other");
    let socket = serve(StatsSocketConfig::at(&at)).unwrap();
    fs::remove_file(&at).unwrap();
    let other = serve(StatsSocketConfig::at(&at)).unwrap();
    drop(socket);
    let mut client = connect(other.path());
    client.get_mut().write_all(b"json\n").unwrap();
    assert!(line(&mut client).starts_with('{'));
}

#[test]
fn whoever_only_holds_a_place_gives_it_to_who_asks() {
    let patience = Duration::from_millis(100);
    let socket = serve(StatsSocketConfig { patience, max_clients: 2, ..StatsSocketConfig::at(path("idle")) }).unwrap();
    let _idle: Vec<_> = (0..2).map(|_| connect(socket.path())).collect();
    std::thread::sleep(3 * patience);
    let mut asks = connect(socket.path());
    asks.get_mut().write_all(b"json\n").unwrap();
    assert!(line(&mut asks).starts_with('{'));
}

#[test]
fn a_client_that_takes_an_octet_now_and_then_has_an_end() {
    let mut big = Snapshot::default();
    big.gauges.extend((0..40_000).map(|n| (format!("/test/{n}"), n)));
    let big = Arc::new(big);
    let config = StatsSocketConfig { patience: Duration::from_millis(100), ..StatsSocketConfig::at(path("drip")) };
    let socket = StatsSocket::start(config, move || Arc::clone(&big)).unwrap();
    let mut drip = connect(socket.path());
    drip.get_mut().write_all(b"json\n").unwrap();
    let begun = std::time::Instant::now();
    // Often enough to have made progress each time the patience is over.
    let mut piece = vec![0; 8_192];
    while drip.get_mut().read(&mut piece).is_ok_and(|n| n > 0) {
        std::thread::sleep(Duration::from_millis(40));
        assert!(begun.elapsed() < Duration::from_secs(20), "held for ever");
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}
