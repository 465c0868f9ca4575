//! Control: a short flood: whatever the machine's speed, each packet is counted once and the engine drops none of the others'.

use super::args::{FloodArgs, Sender};
use super::run::one;

fn flood(sender: Sender) -> super::run::Run {
    let args = FloodArgs { calls: 4, rate: 50_000, seconds: 1, sender, io_threads: 1, json: false };
    let run = one(&args, true).unwrap();
    assert_eq!(run.breaches, Vec::<String>::new(), "{run:#?}");
    assert_eq!(run.others.dropped, 0, "{run:#?}");
    assert!(run.others.sent > 8 * 25 && run.others.packets_out > 8 * 25, "{run:#?}");
    run
}

#[test]
fn every_packet_of_a_flood_is_accounted_for() {
    let run = flood(Sender::Phone).flooded;
    assert_eq!(run.sent, run.kernel_dropped + run.taken + run.flooded, "{run:?}");
    let took = run.sent as f64 / run.rate;
    assert!(run.taken as f64 <= 128.0 + 1.0 + took * 1_000.0 && run.refused == 0, "128, one more each ms: {run:?}");
    assert!(run.flooded > 0, "{run:?}");
    let run = flood(Sender::Stranger).flooded;
    assert!(run.refused > 0 && run.flooded == 0 && run.taken < 200, "{run:?}");
}
