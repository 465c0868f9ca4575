//! Control: what carrying packets costs on an I/O core, beside the bare system calls, and how evenly packets leave, beside
//! a bare metronome. Loopback, one machine. `cargo bench --bench sockets -- [--json] [--quick] [--filter TEXT]`.

mod support;

#[path = "sockets/fleet.rs"]
mod fleet;
#[path = "sockets/pacing.rs"]
mod pacing;
#[path = "sockets/relay.rs"]
mod relay;

use support::Bench;

fn main() {
    let mut bench = Bench::from_args("sockets");
    relay::run(&mut bench);
    pacing::run(&mut bench);
    bench.finish();
}
