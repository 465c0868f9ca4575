//! The catch-up table end to end: the pacer's decisions, carried out by whole engines on virtual time: what is skipped
//! advances every playout clock and RTP time by as much, and is never played late or in a burst.

mod support;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rt::pacer::{Pacer, TickPeriod};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::MediaTime;
use std::time::Duration;
use support::phone::{Phone, connect, done};
use support::stream::check;

const PERIOD: u64 = 10_000_000;

struct Calls {
    engine: VirtualEngine,
    phones: [Phone; 2],
    /// Packets that the first phone has sent, each with its number as its octets.
    said: u64,
    pacer: Pacer,
    /// When the media thread last was awake, and the machine's time.
    now: MediaTime,
}

/// µ-law to µ-law, decoded on the way since it is metered.
fn calls() -> Calls {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu());
    let (a, phone_a) = connect(&mut engine, 1, params.clone());
    let (b, phone_b) = connect(&mut engine, 2, params);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    done(&mut engine, a.set_metering(true));
    let now = engine.now();
    Calls { engine, phones: [phone_a, phone_b], said: 0, pacer: Pacer::new(now, TickPeriod::Ms10), now }
}

impl Calls {
    /// The phone goes on talking whatever the engine does: what it sent by `now`, at the times at which it sent it.
    fn talk_until(&mut self, now: MediaTime) {
        loop {
            let at = MediaTime::from_nanos(1_000_000_000_000 + self.said * 2 * PERIOD) + Duration::from_secs(1);
            if at > now {
                return;
            }
            let code = 0x80 + (self.said % 100) as u8;
            self.phones[0].send(&mut self.engine.network, at, &[code; 160]);
            self.said += 1;
        }
    }

    /// The media thread wakes up `late` after its deadline and does as the pacer says. Returns ticks run and skipped.
    fn wake(&mut self, late: Duration) -> (u8, u64) {
        self.now = self.pacer.due() + late;
        self.talk_until(self.now);
        let plan = self.pacer.plan(self.now);
        self.engine.skip(plan.skip);
        for _ in 0..plan.run {
            self.engine.tick();
        }
        (plan.run, plan.skip)
    }
}

/// The pause in what the second phone hears after waking up that late, in blocks; and what it was told to skip.
fn pause_after(late: Duration) -> (u64, u64, u8) {
    let mut calls = calls();
    for _ in 0..200 {
        assert_eq!(calls.wake(Duration::ZERO), (1, 0));
    }
    calls.phones[1].listen(&mut calls.engine.network);
    calls.phones[1].got.clear();
    for _ in 0..50 {
        calls.wake(Duration::ZERO);
    }
    let (run, skip) = calls.wake(late);
    for _ in 0..100 {
        calls.wake(Duration::ZERO);
    }
    calls.phones[1].listen(&mut calls.engine.network);
    let got = &calls.phones[1].got;
    let gaps = check(got).unwrap_or_else(|broken| panic!("{late:?}: {broken}"));
    let pause = gaps.iter().map(|gap| u64::from(gap.samples) / 80).sum();
    // Playout goes on where the sender is, not where it was: the last packet heard is as fresh as without the pause.
    let last = u64::from(got.last().unwrap().payload[159]) - 0x80;
    let newest = (calls.said - 1) % 100;
    let behind = (newest + 100 - last) % 100;
    assert!(behind <= 3, "{late:?}: {behind} packets behind");
    (pause, skip, run)
}

#[test]
fn the_table() {
    // Late by, ticks run, ticks skipped.
    let table = [
        (Duration::ZERO, 1, 0),
        (Duration::from_micros(9_900), 1, 0),
        (Duration::from_millis(10), 2, 0),
        (Duration::from_millis(20), 2, 1),
        (Duration::from_millis(35), 2, 2),
        (Duration::from_millis(100), 2, 9),
        (Duration::from_millis(200), 2, 19),
        (Duration::from_millis(210), 1, 21),
        (Duration::from_millis(1_000), 1, 100),
    ];
    for (late, run, skip) in table {
        let (pause, skipped, ran) = pause_after(late);
        assert_eq!((ran, skipped), (run, skip), "late by {late:?}");
        if skip == 0 {
            assert_eq!(pause, 0, "late by {late:?}: nothing is lost");
        } else {
            // The packet that was being filled is given up with what it held, and the next begins where audio does.
            assert!(pause >= skip && pause <= skip + 6, "late by {late:?}: a pause of {pause} blocks for {skip}");
        }
    }
}
