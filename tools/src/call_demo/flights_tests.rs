//! The demo with its calls written: replays are the calls, and what was written before is not written over.

use super::args::DemoArgs;
use super::report::Report;
use super::run;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

#[test]
fn each_call_of_the_demo_is_replayed_bit_for_bit() {
    let folder = std::env::temp_dir().join(format!("media-core-demo-{}", std::process::id()));
    let args = DemoArgs {
        speech: Vec::new(),
        seconds: 2,
        out: folder.join("out"),
        flights: Some(folder.join("flights")),
        workers: 2,
        tick_ms: "10".to_owned(),
        stats_socket: None,
        histogram_log: None,
        json: false,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let outcome = run::run(&args, &stop).unwrap();
    for leg in &outcome.legs {
        let flight = leg.flight.as_ref().expect("it was asked for");
        assert!(flight.exact && flight.same == flight.compared && flight.compared > 150, "{}: {flight:?}", leg.name);
    }
    assert!(Report::of(&outcome).text(&args).contains("packets the same, bit for bit"));
    let again = run::run(&args, &stop).unwrap_err();
    assert!(again.to_string().contains("alice.flight is there already"), "{again:#}");
    std::fs::remove_dir_all(&folder).unwrap();
}
