//! Telephone events of senders as they are found, in calls on virtual time: each press is told once and passed on once, it
//! ends when it ends, on hold and muted too; what a session is told to send is sent as asked or refused.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "odd_digits/kept.rs"]
mod kept;
#[path = "odd_digits/more.rs"]
mod more;
#[path = "odd_digits/sent.rs"]
mod sent;
mod support;

use media_core::MediaSessionHandle;
use media_core::codec::audio::dtmf::{DigitFault, DigitString};
use media_core::codec::{AudioDecoder, G711Decoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::SessionError;
use media_core::processing::audio::tone::{DtmfDetector, DtmfParams, Tone, ToneDetector, ToneEvent};
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams, RedundancyFormat, TelephoneEventFormat};
use media_core::types::SampleRate;
use support::phone::{Phone, connect, done};

const EVENTS: u8 = 101;
const NAMES: &str = "0123456789*#ABCD!";

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().max_sessions(160usize), 5).unwrap()
}

fn with_events(format: AudioFormat, clock: u32) -> MediaSessionParams {
    MediaSessionParams::new(format).telephone_events(TelephoneEventFormat::new(EVENTS, clock))
}

/// A caller whose every packet is written by hand, bridged to one who counts.
struct Call {
    engine: VirtualEngine,
    a: MediaSessionHandle,
    b: MediaSessionHandle,
    one: Phone,
    two: Phone,
    /// Units of the caller's RTP clock in 10 ms, and what an audio packet of 20 ms holds.
    step: u32,
    silence: Vec<u8>,
    ticks: u64,
}

impl Call {
    fn new() -> Self {
        Self::of(with_events(AudioFormat::pcmu(), 8_000), with_events(AudioFormat::pcma(), 8_000))
    }

    fn of(one: MediaSessionParams, two: MediaSessionParams) -> Self {
        let mut engine = engine();
        let (step, opus) = (one.receive.clock_rate() / 100, one.receive.clock_rate() == 48_000);
        let (a, one) = connect(&mut engine, 1, one);
        let (b, two) = connect(&mut engine, 2, two);
        let pending = engine.handle().bridge(&a, &b);
        done(&mut engine, pending);
        let silence = if opus { vec![0xf8, 0xff, 0xfe] } else { vec![0xff; 160] };
        Self { engine, a, b, one, two, step, silence, ticks: 0 }
    }

    /// So many ms with audio, or with nothing.
    fn pass(&mut self, ms: u64, speaks: bool) {
        for _ in 0..ms / 10 {
            let now = self.engine.now();
            if speaks && self.ticks.is_multiple_of(2) {
                let header = self.one.next;
                self.one.post(&mut self.engine.network, now, header, &self.silence);
                self.one.next.sequence = self.one.next.sequence.wrapping_add(1);
            }
            self.one.next.timestamp = self.one.next.timestamp.wrapping_add(self.step);
            self.ticks += 1;
            self.engine.tick();
            self.one.listen(&mut self.engine.network);
            self.two.listen(&mut self.engine.network);
        }
    }

    fn event(&mut self, timestamp: u32, marker: bool, code: u8, end: bool, duration: u16) {
        let [high, low] = duration.to_be_bytes();
        self.post(EVENTS, timestamp, marker, &[code, u8::from(end) << 7 | 10, high, low]);
    }

    fn post(&mut self, payload_type: u8, timestamp: u32, marker: bool, payload: &[u8]) {
        let header = RtpHeader { payload_type, timestamp, marker, ..self.one.next };
        let now = self.engine.now();
        self.one.post(&mut self.engine.network, now, header, payload);
        self.one.next.sequence = self.one.next.sequence.wrapping_add(1);
    }

    fn now(&self) -> u32 {
        self.one.next.timestamp
    }

    fn press(&mut self, code: u8, packets: u16) {
        let start = self.now();
        for k in 1..=packets {
            self.event(start, k == 1, code, false, k * 160);
            self.pass(20, false);
        }
        (0..3).for_each(|_| self.event(start, false, code, true, packets * 160));
    }

    fn told(&mut self) -> String {
        let pending = self.a.take_digits();
        done(&mut self.engine, pending).iter().map(|digit| digit.event.as_char()).collect()
    }

    /// Events that the other got: digit, packets before its end, and whether an end came; each checked to be as RFC 4733 has it.
    fn passed_on(&self) -> Vec<(char, usize, bool)> {
        let mut out: Vec<(u8, u32, usize, bool, u16)> = Vec::new();
        let mut before: Option<RtpHeader> = None;
        for packet in &self.two.got {
            if let Some(before) = before.replace(packet.header) {
                assert_eq!(packet.header.sequence.wrapping_sub(before.sequence), 1, "numbers go on: {packet:?}");
            }
            if packet.header.payload_type != EVENTS {
                continue;
            }
            let (code, end) = (packet.payload[0], packet.payload[1] & 0x80 != 0);
            let duration = u16::from_be_bytes([packet.payload[2], packet.payload[3]]);
            let timestamp = packet.header.timestamp;
            match out.iter_mut().find(|e| e.0 == code && e.1 == timestamp) {
                None => {
                    assert!(packet.header.marker, "the first packet has the marker");
                    out.push((code, timestamp, 1, end, duration));
                }
                Some(e) => {
                    assert!(!packet.header.marker && duration >= e.4, "durations grow: {packet:?}");
                    (e.2, e.3, e.4) = (e.2 + usize::from(!end), e.3 | end, duration);
                }
            }
        }
        out.iter().map(|e| (NAMES.chars().nth(usize::from(e.0)).unwrap(), e.2, e.3)).collect()
    }

    /// What was told, and passed on, and that nothing was counted as lost.
    fn check(mut self, digits: &str, what: &str) {
        self.pass(1_500, true);
        assert_eq!(self.told(), digits, "told: {what}");
        let passed = self.passed_on();
        assert!(passed.iter().all(|e| e.2), "each ends: {what}: {passed:?}");
        assert_eq!(passed.iter().map(|e| e.0).collect::<String>(), digits, "passed on: {what}");
    }
}

#[test]
fn odd_senders_press_once_and_are_passed_on_once() {
    type Presses = fn(&mut Call);
    let senders: [(&str, &str, Presses); 6] = [
        ("the timestamp moves with each packet", "7", |call| {
            let start = call.now();
            for k in 1..=6u16 {
                call.event(start + 160 * u32::from(k - 1), k == 1, 7, false, k * 160);
                call.pass(20, false);
            }
            (6..9).for_each(|k| call.event(start + 160 * k, false, 7, true, 960));
        }),
        ("one timestamp for all, same key twice", "*0**", |call| {
            let start = call.now();
            for code in [10, 0, 10, 10] {
                for k in 1..=5u16 {
                    call.event(start, k == 1, code, false, k * 160);
                    call.pass(20, false);
                }
                (0..3).for_each(|_| call.event(start, false, code, true, 800));
                call.pass(100, true);
            }
        }),
        ("an SSRC of its own, and its events after an unknown packet of another", "58", |call| {
            let audio = call.one.next.ssrc;
            for code in [5, 8] {
                call.one.next.ssrc = 0x1234;
                call.press(code, 5);
                call.one.next.ssrc = 0x777 + u32::from(code);
                let at = call.now();
                call.post(110, at, false, &[1, 2, 3]);
                call.one.next.ssrc = audio;
                call.pass(500, true);
            }
        }),
        ("a new SSRC with an earlier timeline, first packet unknown", "37", |call| {
            call.press(3, 5);
            call.pass(500, true);
            (call.one.next.ssrc, call.one.next.timestamp) = (0x777, call.now().wrapping_sub(40_000));
            let at = call.now();
            call.post(110, at, false, &[1, 2, 3]);
            call.pass(500, true);
            call.press(7, 5);
        }),
        ("back by 5 s on the same SSRC", "37", |call| {
            call.press(3, 5);
            call.pass(500, true);
            call.one.next.timestamp = call.now().wrapping_sub(40_000);
            call.one.next.sequence = call.one.next.sequence.wrapping_add(2_000);
            call.pass(500, true);
            call.press(7, 5);
        }),
        ("a second of nothing within a press", "9", |call| {
            let start = call.now();
            for k in (1..=5u16).chain(55..60) {
                call.event(start, k == 1, 9, false, k * 160);
                call.pass(if k == 5 { 1_000 } else { 20 }, false);
            }
            (0..3).for_each(|_| call.event(start, false, 9, true, 9_600));
        }),
    ];
    for (what, digits, presses) in senders {
        let mut call = Call::new();
        call.pass(500, true);
        presses(&mut call);
        call.check(digits, what);
    }
}

/// A twin is the last packet of each press alone: without the older blocks nothing would be told of the first.
#[test]
fn events_in_the_older_blocks_of_redundancy_are_heard() {
    for again in [false, true] {
        let red = RedundancyFormat::new(96, 1);
        let one = with_events(AudioFormat::pcmu(), 8_000).redundancy(red);
        let mut call = Call::of(one, with_events(AudioFormat::pcma(), 8_000));
        call.pass(500, true);
        let start = call.now();
        // Its own packets are lost; the audio packet after it carries its end again, 120 ms later.
        call.pass(120, false);
        let offset = 960u32;
        let block = [0x80 | EVENTS, (offset >> 6) as u8, ((offset & 0x3f) << 2) as u8, 4];
        let mut payload = Vec::new();
        if again {
            payload.extend(block);
        }
        payload.push(0);
        if again {
            payload.extend([4, 0x8a, 3, 0x20]);
        }
        payload.extend([0xff; 160]);
        call.post(96, start + offset, false, &payload);
        call.post(96, start + offset, false, &payload);
        call.check(if again { "4" } else { "" }, "redundancy");
    }
}

#[cfg(feature = "opus")]
#[test]
fn what_is_relayed_ends_when_the_press_ends_whatever_the_duration_says() {
    // baresip: Opus with telephone-event/8000, 960 for each 20 ms.
    let mut call = Call::of(with_events(AudioFormat::opus(), 8_000), with_events(AudioFormat::pcmu(), 8_000));
    call.pass(500, true);
    let mut ended = Vec::new();
    for code in 1..=5 {
        let start = call.now();
        for k in 1..=13u16 {
            call.event(start, k == 1, code, false, k * 960);
            call.pass(20, false);
        }
        (0..3).for_each(|_| call.event(start, false, code, true, 13 * 960));
        ended.push(call.engine.now());
        call.pass(300, true);
    }
    call.pass(500, true);
    let pending = call.a.take_digits();
    let told = done(&mut call.engine, pending);
    assert!(told.iter().all(|digit| digit.duration_ms == 260), "{told:?}");
    for (code, ended) in (1..=5).zip(ended) {
        let ends = call
            .two
            .got
            .iter()
            .filter(|p| p.header.payload_type == EVENTS && p.payload[0] == code && p.payload[1] & 0x80 != 0);
        let times: Vec<_> = ends.map(|packet| packet.at).collect();
        assert_eq!(times.len(), 3);
        assert!((times[0] - ended).as_millis() <= 60, "{code} ended {:?} late", times[0] - ended);
    }
    assert_eq!(call.passed_on().iter().map(|e| e.0).collect::<String>(), "12345");
}
