//! Outward RTP is one continuous stream whatever happens inward: hold, mute, source changes, wraps, jumps, other peers,
//! skipped ticks. And pass-through: payloads as they came, in order, once, with gaps where something was lost and nowhere
//! else.

#[path = "continuity/jumps.rs"]
mod jumps;
#[path = "continuity/pass_again.rs"]
mod pass_again;
#[path = "continuity/pass_through.rs"]
mod pass_through;
mod support;

use media_core::MediaSessionHandle;
use media_core::buffer::JitterConfig;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams};
use std::time::Duration;
use support::phone::{Packet, Phone, connect, done, pcma, pcmu};
use support::random::Random;
use support::stream::{Gap, check};

/// Two or three phones that talk all the time, each its own endless noise, 20 ms a packet.
struct Talk {
    engine: VirtualEngine,
    phones: Vec<Phone>,
    random: Random,
    said: Vec<Vec<u8>>,
    ticks: u64,
    /// How long after a tick their packets arrive.
    after: Duration,
}

impl Talk {
    fn new(engine: VirtualEngine, phones: Vec<Phone>) -> Self {
        let said = vec![Vec::new(); phones.len()];
        Self { engine, phones, random: Random(9), said, ticks: 0, after: Duration::ZERO }
    }

    fn noise(&mut self) -> Vec<u8> {
        // Negative zero of µ-law is sent as positive zero when it was decoded: not used here.
        self.random.octets(160).iter().map(|o| if *o == 0x7f { 0xff } else { *o }).collect()
    }

    fn tick(&mut self) {
        let now = self.engine.now() + self.after;
        if self.ticks.is_multiple_of(2) {
            for at in 0..self.phones.len() {
                let payload = self.noise();
                self.phones[at].send(&mut self.engine.network, now, &payload);
                self.said[at].extend(payload);
            }
        }
        self.ticks += 1;
        self.engine.tick();
        for phone in &mut self.phones {
            phone.listen(&mut self.engine.network);
        }
    }

    fn run(&mut self, ticks: usize) {
        (0..ticks).for_each(|_| self.tick());
    }

    /// Time goes by in which phone 0 says nothing, and the others talk.
    fn rest(&mut self, ticks: usize) {
        let quiet = self.phones.remove(0);
        let said = self.said.remove(0);
        self.run(ticks);
        self.phones.insert(0, quiet);
        self.said.insert(0, said);
    }

    fn ask_at_rest<T>(&mut self, mut pending: media_core::engine::Pending<T>) -> T {
        loop {
            if let Some(answer) = pending.poll_now() {
                return answer.expect("the request is carried out");
            }
            self.rest(1);
        }
    }

    fn ask<T>(&mut self, mut pending: media_core::engine::Pending<T>) -> T {
        loop {
            if let Some(answer) = pending.poll_now() {
                return answer.expect("the request is carried out");
            }
            self.tick();
        }
    }

    fn gaps(&self, phone: usize) -> Vec<Gap> {
        check(&self.phones[phone].got).unwrap_or_else(|broken| panic!("phone {phone}: {broken}"))
    }
}

/// A µ-law and an A-law phone, bridged and talking.
fn transcoded() -> (Talk, MediaSessionHandle, MediaSessionHandle) {
    bridged(&MediaSessionParams::new(AudioFormat::pcmu()), &MediaSessionParams::new(AudioFormat::pcma()))
}

/// Two µ-law phones: payloads pass through.
fn passed(jitter_ms: u16) -> (Talk, MediaSessionHandle, MediaSessionHandle) {
    let mut jitter = JitterConfig::new(8_000);
    jitter.min_delay_ms = jitter_ms;
    let params = MediaSessionParams::new(AudioFormat::pcmu()).jitter(jitter);
    bridged(&params, &params)
}

fn bridged(a: &MediaSessionParams, b: &MediaSessionParams) -> (Talk, MediaSessionHandle, MediaSessionHandle) {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let (a, phone_a) = connect(&mut engine, 1, a.clone());
    let (b, phone_b) = connect(&mut engine, 2, b.clone());
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let mut talk = Talk::new(engine, vec![phone_a, phone_b]);
    talk.run(50);
    (talk, a, b)
}

#[test]
fn the_check_sees_what_breaks_a_stream() {
    let (mut talk, ..) = transcoded();
    talk.run(50);
    let good = talk.phones[1].got.clone();
    assert_eq!(check(&good), Ok(vec![]));
    let broken = |change: fn(&mut Packet)| {
        let mut packets = good.clone();
        change(&mut packets[20]);
        check(&packets).is_err()
    };
    assert!(broken(|p| p.header.ssrc ^= 1));
    assert!(broken(|p| p.header.sequence ^= 1));
    assert!(broken(|p| p.header.timestamp += 80));
    assert!(broken(|p| p.header.timestamp -= 80));
    let mut late = good.clone();
    for packet in &mut late[20..] {
        packet.header.timestamp += 1_600;
        packet.header.marker = true;
    }
    assert!(check(&late).is_err(), "media time runs ahead");
    let mut lost = good.clone();
    lost.remove(20);
    assert!(check(&lost).is_err());
}

#[test]
fn outward_hold_pauses_the_stream_and_no_more() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        talk.run(50);
        let pending = a.hold_outward();
        talk.ask(pending);
        let before = talk.phones[0].got.len();
        talk.run(50);
        assert!(talk.phones[0].got.len() <= before + 1, "nothing is sent on hold");
        let pending = a.resume_outward();
        talk.ask(pending);
        talk.run(50);
        let gaps = talk.gaps(0);
        assert!(matches!(gaps[..], [Gap { samples: 3_800..4_400, .. }]), "{gaps:?}");
        assert_eq!(talk.gaps(1), vec![], "the other way is untouched");
    }
}

#[test]
fn inward_hold_sends_silence_to_the_other_without_a_pause() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        talk.run(50);
        let pending = a.hold_inward();
        talk.ask(pending);
        talk.run(12);
        let before = talk.phones[1].got.len();
        talk.run(50);
        let silent = |p: &Packet| p.payload.iter().all(|o| matches!(o, 0xd5 | 0x55 | 0xff | 0x7f));
        let held = &talk.phones[1].got[before..];
        assert!(held.len() >= 24, "the stream goes on: {}", held.len());
        assert!(held.iter().all(silent), "nothing is heard of a held source");
        let pending = a.resume_inward();
        talk.ask(pending);
        talk.run(50);
        assert!(!silent(talk.phones[1].got.last().unwrap()));
        let gaps = talk.gaps(1);
        assert!(gaps.iter().all(|gap| gap.samples <= 80), "at most half a packet where payloads pass again: {gaps:?}");
        assert!(gaps.len() <= 1, "{gaps:?}");
        assert_eq!(talk.gaps(0), vec![], "the other way is untouched");
        let pending = a.statistics();
        assert!(talk.ask(pending).held >= 24, "what came on hold is counted");
    }
}

#[test]
fn mute_sends_silence_without_a_pause() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        talk.run(50);
        let pending = a.mute();
        talk.ask(pending);
        talk.run(4);
        let from = talk.phones[1].got.len();
        talk.run(50);
        let muted = talk.phones[1].got[from..].to_vec();
        assert!(muted.len() >= 24);
        let silent = |p: &Packet| p.payload.iter().all(|o| matches!(o, 0xd5 | 0x55 | 0xff | 0x7f));
        assert!(muted.iter().all(silent), "silence is sent");
        let pending = a.unmute();
        talk.ask(pending);
        talk.run(50);
        assert!(!silent(talk.phones[1].got.last().unwrap()));
        assert_eq!(talk.gaps(1), vec![]);
    }
}

#[test]
fn wraps_of_sequence_number_and_timestamp_go_unnoticed() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        // A new source near both wraps; from then on nothing may be lost.
        talk.phones[0].next.ssrc += 1;
        talk.phones[0].next.sequence = u16::MAX - 20;
        talk.phones[0].next.timestamp = u32::MAX - 160 * 30;
        talk.run(20);
        let pending = a.statistics();
        let before = talk.ask(pending);
        let from = talk.phones[1].got.len();
        talk.run(100);
        assert!(talk.phones[0].next.sequence < 100 && talk.phones[0].next.timestamp < 160 * 50, "both wrapped");
        let pending = a.statistics();
        let after = talk.ask(pending);
        assert_eq!((before.source_changes, before.lost), (after.source_changes, after.lost));
        assert_eq!((before.concealed_blocks, before.refused), (after.concealed_blocks, after.refused));
        let gaps = talk.gaps(1);
        assert!(gaps.iter().all(|gap| gap.before < from), "{gaps:?} since {from}");
        assert!(talk.phones[1].got.len() >= from + 50);
    }
}

#[test]
fn outward_numbers_wrap_too() {
    // First numbers are random: of so many calls some come to the wrap within these ten seconds.
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    // To bridge them takes seconds, in which keep-alives would be due.
    let params = MediaSessionParams::new(AudioFormat::pcmu()).keep_alive(None);
    let (sessions, phones): (Vec<_>, Vec<_>) = (0..400).map(|n| connect(&mut engine, n, params.clone())).unzip();
    for pair in sessions.chunks(2) {
        done(&mut engine, pair[0].set_metering(pair[0].id().index().is_multiple_of(4)));
        let pending = engine.handle().bridge(&pair[0], &pair[1]);
        done(&mut engine, pending);
    }
    let mut talk = Talk::new(engine, phones);
    talk.run(1_000);
    let wrapped = |phone: &Phone| phone.got.windows(2).any(|p| p[1].header.sequence < p[0].header.sequence);
    assert!(talk.phones.iter().filter(|phone| wrapped(phone)).count() > 0, "none wrapped: choose another seed");
    (0..400).for_each(|phone| assert_eq!(talk.gaps(phone), vec![]));
}

#[test]
fn skipped_ticks_are_a_pause_with_a_marker() {
    // A passed payload cannot be cut: there the pause is a whole number of packets.
    for ((mut talk, ..), exact) in [(transcoded(), true), (passed(0), false)] {
        for skip in [1, 2, 3, 5, 19, 20, 50] {
            talk.run(60);
            talk.phones[1].got.clear();
            talk.run(20);
            talk.engine.skip(skip);
            // The senders' time went on as well: what they sent meanwhile arrives at once.
            for _ in 0..skip {
                let now = talk.engine.now();
                if talk.ticks.is_multiple_of(2) {
                    for at in 0..talk.phones.len() {
                        let payload = talk.noise();
                        talk.phones[at].send(&mut talk.engine.network, now, &payload);
                    }
                }
                talk.ticks += 1;
            }
            talk.run(60);
            let gaps = talk.gaps(1);
            let total: u32 = gaps.iter().map(|gap| gap.samples).sum();
            let expected = 80 * skip as u32;
            let least = if exact { expected } else { expected.saturating_sub(160) };
            assert!(total >= least && total <= expected + 480, "{skip} ticks: {gaps:?}");
        }
    }
}
