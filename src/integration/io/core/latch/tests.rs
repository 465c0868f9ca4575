//! Pure: whose packets are taken: strangers, flapping, a rebound address.

use super::latch::*;
use crate::integration::LatchMode;
use crate::rtp::RtpHeader;
use crate::types::MediaTime;
use std::net::SocketAddr;
use std::time::Duration;

const PEER: &str = "192.0.2.1:4000";
const PEER_MOVED: &str = "198.51.100.7:9000";
const PEER_OTHER_PORT: &str = "192.0.2.1:4002";
const STRANGER: &str = "203.0.113.9:5000";

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

/// A latch and a clock: packets are 20 ms apart.
struct Rig {
    latch: Latch,
    now: MediaTime,
    peer_heard: MediaTime,
}

impl Rig {
    fn new(mode: LatchMode, signalled: Option<&str>) -> Self {
        Self {
            latch: Latch::new(mode, signalled.map(at)),
            now: MediaTime::from_millis(1000),
            peer_heard: MediaTime::ZERO,
        }
    }

    fn packet(&mut self, from: &str, ssrc: u32, sequence: u16) -> Verdict {
        if from == PEER {
            self.peer_heard = self.now;
        }
        self.latch.judge(at(from), &RtpHeader { ssrc, sequence, ..RtpHeader::default() }, self.now)
    }

    fn run(&mut self, from: &str, ssrc: u32, sequences: std::ops::Range<u16>) -> Vec<Verdict> {
        sequences
            .map(|sequence| {
                self.silence(Duration::from_millis(20));
                self.packet(from, ssrc, sequence)
            })
            .collect()
    }

    fn silence(&mut self, time: Duration) {
        self.now += time;
    }

    fn silent_for(&self) -> Duration {
        self.now - self.peer_heard
    }

    fn remote(&self) -> Option<SocketAddr> {
        self.latch.remote()
    }

    fn locked_on_peer() -> Self {
        let mut rig = Self::new(LatchMode::Symmetric, None);
        rig.run(PEER, 7, 100..110);
        assert_eq!(rig.remote(), Some(at(PEER)));
        rig
    }
}

use Verdict::{Latched, Refused, Taken};

#[test]
fn nothing_signalled_locks_with_the_third_packet() {
    let mut rig = Rig::new(LatchMode::Symmetric, None);
    assert_eq!(rig.run(PEER, 7, 65_534..65_535), [Taken]);
    assert_eq!(rig.remote(), None, "no packet goes to a source that is on probation");
    assert_eq!((rig.packet(PEER, 7, 65_535), rig.packet(PEER, 7, 0)), (Taken, Latched), "over the wrap of 16 bits");
    assert_eq!(rig.remote(), Some(at(PEER)));
}

#[test]
fn packets_out_of_sequence_do_not_lock() {
    let mut rig = Rig::new(LatchMode::Symmetric, None);
    for sequence in [1, 500, 9000, 20_000, 41_000] {
        assert_eq!(rig.packet(PEER, 7, sequence), Taken);
    }
    assert_eq!(rig.remote(), None);
    for ssrc in 0..5 {
        rig.packet(PEER, ssrc, 41_001 + ssrc as u16);
    }
    assert_eq!(rig.remote(), None, "nor do packets of ever new sources");
}

#[test]
fn doubled_and_overtaken_packets_do_not_hinder_the_lock() {
    let mut rig = Rig::new(LatchMode::Symmetric, None);
    let verdicts: Vec<_> = [10, 10, 12, 11, 13].map(|s| rig.packet(PEER, 7, s)).to_vec();
    assert_eq!(verdicts, [Taken, Taken, Taken, Taken, Latched]);
}

#[test]
fn the_signalled_address_locks_at_once_and_before_others() {
    let mut rig = Rig::new(LatchMode::Symmetric, Some(PEER));
    assert_eq!(rig.remote(), Some(at(PEER)), "sent to before anything came");
    rig.run(STRANGER, 66, 1..3);
    assert_eq!(rig.packet(PEER, 7, 100), Latched);
    assert!(rig.run(STRANGER, 66, 3..50).iter().all(|v| *v == Refused));
    assert_eq!(rig.remote(), Some(at(PEER)));
}

#[test]
fn a_stranger_who_came_first_loses_to_the_signalled_address() {
    let mut rig = Rig::new(LatchMode::Symmetric, Some(PEER));
    assert_eq!(rig.run(STRANGER, 66, 1..4), [Taken, Taken, Latched]);
    let mut verdicts = Vec::new();
    for n in 0..3 {
        verdicts.extend(rig.run(PEER, 7, 100 + n..101 + n));
        rig.packet(STRANGER, 66, 4 + n);
    }
    assert_eq!(verdicts, [Taken, Taken, Latched]);
    assert!(rig.run(STRANGER, 66, 7..200).iter().all(|v| *v == Refused));
}

#[test]
fn a_stranger_is_refused_while_the_peer_talks() {
    let mut rig = Rig::locked_on_peer();
    for n in 0..500 {
        assert_eq!(rig.run(PEER, 7, 110 + n..111 + n), [Taken]);
        // Also one who knows SSRC and sequence number, or sits on the peer's host.
        assert_eq!(rig.packet(STRANGER, 7, 111 + n), Refused);
        assert_eq!(rig.packet(PEER_OTHER_PORT, 8, n), Refused);
    }
    assert_eq!(rig.remote(), Some(at(PEER)));
}

#[test]
fn a_stranger_is_refused_while_the_peer_is_silent() {
    let mut rig = Rig::locked_on_peer();
    rig.silence(Duration::from_secs(600));
    assert!(rig.run(STRANGER, 66, 1..100).iter().all(|v| *v == Refused), "another SSRC from another host");
    assert!(rig.run(STRANGER, 7, 40_000..40_100).iter().all(|v| *v == Refused), "the SSRC without the sequence");
    assert_eq!(rig.run(PEER, 7, 110..111), [Taken]);
}

#[test]
fn a_new_mapping_of_the_same_stream_is_followed() {
    let mut rig = Rig::locked_on_peer();
    assert_eq!(rig.packet(PEER_MOVED, 7, 110), Refused, "the old address was heard just now");
    rig.silence(REBIND_SILENCE);
    assert_eq!(rig.run(PEER_MOVED, 7, 120..123), [Taken, Taken, Latched]);
    assert_eq!(rig.remote(), Some(at(PEER_MOVED)));
    assert_eq!(rig.packet(PEER, 7, 123), Refused, "and the old address is a stranger now");
}

#[test]
fn a_new_source_on_the_same_host_is_followed_after_silence() {
    let mut rig = Rig::locked_on_peer();
    rig.silence(SOURCE_SILENCE / 2);
    assert_eq!(rig.packet(PEER_OTHER_PORT, 8, 1), Refused);
    rig.silence(SOURCE_SILENCE / 2);
    assert_eq!(rig.run(PEER_OTHER_PORT, 8, 1..4), [Taken, Taken, Latched]);
}

#[test]
fn the_peers_voice_ends_the_probation_of_another() {
    let mut rig = Rig::locked_on_peer();
    rig.silence(SOURCE_SILENCE);
    rig.run(PEER_OTHER_PORT, 8, 1..3);
    assert_eq!(rig.run(PEER, 7, 110..111), [Taken]);
    assert_eq!(rig.packet(PEER_OTHER_PORT, 8, 3), Refused);
}

#[test]
fn flapping_sources_do_not_move_the_address() {
    let mut rig = Rig::locked_on_peer();
    for n in 0..100 {
        rig.run(PEER, 7, 110 + n..111 + n);
        assert_eq!(rig.packet(PEER_MOVED, 7, 110 + n), Refused);
    }
    assert_eq!(rig.remote(), Some(at(PEER)));
}

#[test]
fn the_signalled_address_once_left_is_as_any_other() {
    let mut rig = Rig::new(LatchMode::Symmetric, Some(PEER));
    rig.run(PEER, 7, 1..5);
    rig.silence(REBIND_SILENCE);
    assert_eq!(rig.run(PEER_MOVED, 7, 5..8), [Taken, Taken, Latched]);
    for n in 0..50 {
        rig.run(PEER_MOVED, 7, 8 + n..9 + n);
        assert_eq!(rig.packet(PEER, 7, 8 + n), Refused, "no flapping");
    }
    rig.silence(REBIND_SILENCE);
    assert_eq!(rig.run(PEER, 7, 60..63), [Taken, Taken, Latched], "back by the same rule");
}

#[test]
fn one_seat_on_probation() {
    let mut rig = Rig::new(LatchMode::Symmetric, None);
    rig.run(PEER, 7, 1..2);
    assert_eq!(rig.packet(STRANGER, 66, 1), Refused);
    assert_eq!(rig.run(PEER, 7, 2..4), [Taken, Latched]);
}

#[test]
fn a_new_signalled_address_opens_the_latch_and_the_same_one_does_not() {
    let mut rig = Rig::new(LatchMode::Symmetric, Some(PEER));
    // Behind a translator: the signalled address never sends.
    rig.run(PEER_MOVED, 7, 1..10);
    rig.latch.signal(at(PEER));
    assert_eq!(rig.remote(), Some(at(PEER_MOVED)), "a session refresh");
    rig.latch.signal(at(STRANGER));
    assert_eq!(rig.remote(), Some(at(STRANGER)));
    assert_eq!(rig.packet(STRANGER, 66, 1), Latched);
}

#[test]
fn strict_takes_the_signalled_address_only() {
    let mut rig = Rig::new(LatchMode::Strict, None);
    assert!(rig.run(PEER, 7, 1..10).iter().all(|v| *v == Refused));
    rig.latch.signal(at(PEER));
    assert_eq!(rig.packet(PEER, 7, 10), Latched);
    rig.silence(Duration::from_secs(60));
    assert!(rig.run(PEER_MOVED, 7, 11..40).iter().all(|v| *v == Refused));
    assert!(rig.run(PEER_OTHER_PORT, 8, 11..40).iter().all(|v| *v == Refused));
    rig.latch.signal(at(PEER_MOVED));
    assert_eq!(rig.packet(PEER, 7, 41), Refused);
    assert_eq!(rig.packet(PEER_MOVED, 7, 42), Latched);
}

/// Whatever a stranger sends, who even guesses SSRC and sequence number at times: while the peer talks, with pauses of less
/// than the shortest silence of the rules, nothing moves and nothing of the stranger's is taken.
#[test]
fn no_stranger_moves_the_address_of_a_peer_that_talks() {
    let mut rig = Rig::locked_on_peer();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |n: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % n
    };
    let mut sequence = 110u16;
    for _ in 0..20_000 {
        if next(4) == 0 {
            assert_eq!(rig.packet(PEER, 7, sequence), Taken);
            sequence = sequence.wrapping_add(1);
            rig.silence(Duration::from_millis(next(60)));
        }
        let pause = Duration::from_millis(next(10));
        let before = rig.now;
        rig.silence(pause);
        let from = [STRANGER, PEER_MOVED, PEER_OTHER_PORT][next(3) as usize];
        let ssrc = if next(2) == 0 { 7 } else { next(3) as u32 + 60 };
        let guess = sequence.wrapping_add(next(8) as u16);
        // The peer's longest pause stays below the rule's.
        if rig.silent_for() < REBIND_SILENCE {
            assert_eq!(rig.packet(from, ssrc, guess), Refused);
        } else {
            rig.now = before;
            assert_eq!(rig.packet(PEER, 7, sequence), Taken);
            sequence = sequence.wrapping_add(1);
        }
    }
    assert_eq!(rig.remote(), Some(at(PEER)));
}
