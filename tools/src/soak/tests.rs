//! Control: the soak in its short form, and twins of its books.

use super::args::{Mode, SoakArgs};
use super::ledger::{Entry, Ledger};
use super::memory::{Growth, Memory};
use super::report;
use super::run::run;
use crate::latency::client::StatsClient;
use media_core::session::{SessionStatistics, TransportStatistics};
use std::time::Duration;

fn args(legs: u32, seconds: u32) -> SoakArgs {
    SoakArgs { legs, seconds, every: 1, workers: 2, io_threads: 2, seed: 7, stats_socket: None, json: false }
}

#[test]
fn on_virtual_time_every_packet_is_accounted_for() {
    let mode = Mode::Virtual(args(100, 40));
    let outcome = run(&mode, |_, _| {}).unwrap();
    assert_eq!(outcome.broken, 0, "{:#?}", outcome.breaches);
    assert!(outcome.came_home);
    let t = outcome.totals;
    assert!(t.sessions > 100, "some were renewed");
    assert!(t.played > 150_000 && t.heard > 150_000 && t.strangers > 1_000 && t.rtcp_in > 200, "{t:#?}");
    assert!(t.malformed > 200 && t.dropped > 50 && t.unsent > 0, "{t:#?}");
}

/// A short run that is else in order is no failure, on either clock; meanwhile its figures can be looked at.
#[test]
fn too_few_samples_of_memory_are_no_fault() {
    let socket = std::env::temp_dir().join(format!("media-core-soak-{}.sock", std::process::id()));
    for mode in [Mode::Virtual as fn(SoakArgs) -> Mode, Mode::Real] {
        let args = SoakArgs { every: 2, stats_socket: Some(socket.clone()), ..args(20, 10) };
        let mut sessions = Ok(None);
        let outcome = run(&mode(args), |_, _| {
            let client = StatsClient::connect(&socket);
            sessions = client.and_then(|mut client| {
                client.ask("json", Duration::ZERO)?;
                client.snapshot()
            });
        });
        let outcome = outcome.unwrap();
        let snapshot = sessions.unwrap().unwrap();
        assert_eq!((snapshot.sessions, outcome.growth), (20, None));
        assert!(outcome.is_good(), "{outcome:#?}");
        assert!(report::text(&outcome).contains("memory not judged: too few samples"), "{}", report::text(&outcome));
    }
    let grown = Growth { before: Memory::default(), after: Memory { live: 1_000, ..Memory::default() } };
    assert!(!grown.is_flat());
}

#[test]
fn on_real_threads_every_packet_is_accounted_for() {
    let mode = Mode::Real(args(40, 12));
    let outcome = run(&mode, |_, _| {}).unwrap();
    assert_eq!(outcome.broken, 0, "{:#?}", outcome.breaches);
    assert!(outcome.came_home && outcome.totals.heard > 10_000, "{:#?}", outcome.totals);
}

#[test]
fn a_packet_that_nobody_counted_is_found() {
    let mut ledger = Ledger::default();
    let good = Entry::default();
    ledger.enter("good", &good, true);
    assert_eq!(ledger.broken, 0);
    let entry = |change: fn(&mut Entry)| {
        let mut entry = Entry::default();
        change(&mut entry);
        entry
    };
    let bad = [
        entry(|e| e.sent = 1),
        entry(|e| e.heard = 1),
        entry(|e| e.port.packets_in = 1),
        entry(|e| e.port.packets_out = 1),
        entry(|e| e.leg.packets_in = 1),
        entry(|e| e.leg.packets_out = 1),
    ];
    for (n, bad) in bad.iter().enumerate() {
        assert!(!bad.breaches(true).is_empty(), "{n}");
        ledger.enter("bad", bad, true);
    }
    assert!(ledger.broken >= 6 && ledger.breaches.len() <= 10);
    let mut balanced: (TransportStatistics, SessionStatistics) = Default::default();
    (balanced.0.datagrams_in, balanced.0.packets_in, balanced.1.packets_in, balanced.1.late) = (1, 1, 1, 1);
    let balanced = Entry { sent: 2, port: balanced.0, leg: balanced.1, ..Entry::default() };
    assert_eq!(balanced.breaches(false), Vec::<String>::new());
    assert_eq!(balanced.breaches(true).len(), 1, "what was sent must have come where nothing is lost");
    let mut network = Ledger::default();
    network.enter("x", &balanced, false);
    network.enter_network((2, 1));
    assert_eq!(network.broken, 0);
    network.enter_network((3, 0));
    assert_eq!(network.broken, 2);
}

#[test]
fn a_leak_is_found_and_noise_is_none() {
    let at = |n: i64, leak: i64| Memory {
        resident_kib: 50_000 + (n * 7919) % 90,
        live: 20_000 + n % 5 + n * leak,
        live_octets: 30_000_000 + n % 7 * 300 + n * leak * 200,
        calls: 0,
    };
    let flat: Vec<_> = (0..100).map(|n| at(n, 0)).collect();
    assert!(Growth::of(&flat).unwrap().is_flat());
    let leaking: Vec<_> = (0..100).map(|n| at(n, 5)).collect();
    assert!(!Growth::of(&leaking).unwrap().is_flat(), "five allocations a sample");
    assert_eq!(Growth::of(&flat[..7]), None);
}
