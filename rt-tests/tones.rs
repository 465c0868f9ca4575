//! Digits where only one side negotiated telephone events (RFC 4733), in calls on virtual time: events become tones, tones
//! in the audio become events and leave the audio; each press is told once, and no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "tones/in_the_audio.rs"]
mod in_the_audio;
#[path = "tones/room.rs"]
mod room;
mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::audio::dtmf::{EventClock, EventNotice, EventReceiver, EventSender, TelephoneEvent};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::audio::tone::{DtmfDetector, DtmfParams, Tone, ToneDetector, ToneEvent};
use media_core::processing::chain::ProcessingParams;
use media_core::processing::effects::CompressorParams;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, MediaSessionParams, SessionStatistics, TelephoneEventFormat};
use media_core::types::{MediaTime, Ptime, SampleRate};
use std::time::Duration;
use support::endpoint::{Endpoint, by_timestamp};
use support::phone::done;
use trap::Counts;
use trap::media_threads_alone as alone;

const EVENTS: u8 = 101;
const DIGITS: &str = "0123456789*#ABCD";

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize).max_taps(2usize), 5).unwrap()
}

/// What a phone says, by sample.
type Said = fn(f64) -> f32;

/// A phone, with telephone events or without.
struct Phone {
    end: Endpoint,
    presses: EventSender,
    receiver: EventReceiver,
    /// Digits that came as events, and for how long, ms.
    events: Vec<(char, u32)>,
    heard: Vec<(RtpHeader, Vec<f32>)>,
    timestamp: u32,
    due: Option<MediaTime>,
}

impl Phone {
    fn new(engine: &mut VirtualEngine, number: u32, format: &AudioFormat, events: bool) -> Self {
        let mut params = MediaSessionParams::new(format.clone());
        if events {
            params = params.telephone_events(TelephoneEventFormat::new(EVENTS, format.clock_rate()));
        }
        let end = Endpoint::with(engine, number, params, Ptime::MS20);
        let clock = EventClock::new(format.clock_rate());
        let timestamp = end.phone.next.timestamp;
        let (presses, receiver) = (EventSender::new(clock, 20), EventReceiver::new(clock));
        Self { presses, receiver, events: Vec::new(), heard: Vec::new(), timestamp, due: None, end }
    }

    fn press(&mut self, digit: char, ms: u32) {
        self.presses.send(TelephoneEvent::from_char(digit).unwrap(), ms, 10).unwrap();
    }

    /// One tick: an event packet in place of audio where one is due, else audio.
    fn step(&mut self, engine: &mut VirtualEngine, says: Option<Said>) {
        let (now, rate) = (engine.now(), f64::from(self.end.format.sample_rate().hz()));
        while *self.due.get_or_insert(now) <= now {
            self.due = self.due.map(|due| due + self.end.ptime.duration());
            match self.presses.poll(self.timestamp) {
                Some(packet) => {
                    let (timestamp, marker) = (packet.timestamp, packet.marker);
                    let header = RtpHeader { timestamp, marker, payload_type: EVENTS, ..self.end.phone.next };
                    self.end.phone.post(&mut engine.network, now, header, &packet.payload);
                    self.end.phone.next.sequence = self.end.phone.next.sequence.wrapping_add(1);
                    self.end.skip(now);
                }
                None => {
                    if let Some(says) = says {
                        self.end.speak(&mut engine.network, now, |n| says(n as f64 / rate));
                    }
                }
            }
            self.timestamp = self.timestamp.wrapping_add(self.end.units());
        }
    }

    fn listen(&mut self, engine: &mut VirtualEngine) {
        self.end.phone.listen(&mut engine.network);
        for packet in &self.end.phone.got {
            if packet.header.payload_type == EVENTS {
                let (timestamp, marker) = (packet.header.timestamp, packet.header.marker);
                let notices = self.receiver.receive(timestamp, marker, &packet.payload, packet.at).expect("an event");
                for notice in notices.iter() {
                    if let EventNotice::Ended { event, duration, .. } = notice {
                        self.events.push((event.as_char(), self.receiver.clock().ms(*duration)));
                    }
                }
            }
        }
        self.heard.extend(self.end.decode());
    }

    fn audio(&self) -> Vec<f32> {
        by_timestamp(&self.heard, &self.end.format)
    }

    /// Digits in what it heard, and for how long, ms.
    fn tones(&self) -> Vec<(char, u32)> {
        tones(&self.audio(), self.end.format.sample_rate())
    }

    fn statistics(&self, engine: &mut VirtualEngine) -> SessionStatistics {
        let pending = self.end.session.statistics();
        done(engine, pending)
    }

    /// What the engine says was pressed.
    fn told(&self, engine: &mut VirtualEngine) -> Vec<(char, u32)> {
        let pending = self.end.session.take_digits();
        done(engine, pending).iter().map(|digit| (digit.event.as_char(), digit.duration_ms)).collect()
    }
}

fn tones(audio: &[f32], rate: SampleRate) -> Vec<(char, u32)> {
    let mut detector = DtmfDetector::new(rate, DtmfParams::default()).unwrap();
    let mut heard = Vec::new();
    // Where the last packet ends with a tone, silence tells that it is over.
    let silence = vec![0.0; 10 * rate.block_samples()];
    for block in audio.chunks_exact(rate.block_samples()).chain(silence.chunks_exact(rate.block_samples())) {
        if let Some(ToneEvent::End { tone: Tone::Dtmf(digit), duration_ms }) = detector.process(block).unwrap() {
            heard.push((char::from(digit), duration_ms));
        }
    }
    heard
}

fn run(engine: &mut VirtualEngine, phones: &mut [&mut Phone], ms: u64, says: Option<Said>) {
    let until = engine.now() + Duration::from_millis(ms);
    while engine.now() < until {
        phones.iter_mut().for_each(|phone| phone.step(engine, says));
        engine.tick();
        phones.iter_mut().for_each(|phone| phone.listen(engine));
    }
}

fn text(digits: &[(char, u32)]) -> String {
    digits.iter().map(|(digit, _)| digit).collect()
}

/// A hum that is no digit.
fn hum(t: f64) -> f32 {
    0.1 * (t * std::f64::consts::TAU * 301.0).sin() as f32
}

/// Digit 9 five times for 100 ms each, from 1.6 s on, each at another place of a block and a packet; else silence.
fn nines(t: f64) -> f32 {
    let on = (1.6..3.1).contains(&t) && (t - 1.6) % 0.3037 < 0.1;
    let tone = |hz: f64| 0.2 * (t * std::f64::consts::TAU * hz).sin() as f32;
    if on { tone(852.0) + tone(1477.0) } else { 0.0 }
}

/// The greatest second difference: what a click is.
fn edge(audio: &[f32]) -> f32 {
    audio.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max)
}

fn connected(formats: [&AudioFormat; 2], events: [bool; 2]) -> (VirtualEngine, Phone, Phone) {
    let mut engine = engine();
    let one = Phone::new(&mut engine, 1, formats[0], events[0]);
    let two = Phone::new(&mut engine, 2, formats[1], events[1]);
    let pending = engine.handle().bridge(&one.end.session, &two.end.session);
    done(&mut engine, pending);
    (engine, one, two)
}

fn turn_digits(engine: &mut VirtualEngine, phone: &Phone, on: bool) {
    let params = ProcessingParams::default();
    process(engine, phone, params, on);
}

fn process(engine: &mut VirtualEngine, phone: &Phone, mut params: ProcessingParams, on: bool) {
    params.digits_to_events = on;
    let pending = phone.end.session.set_processing(params);
    done(engine, pending);
}

#[test]
fn who_has_no_events_hears_the_digits_as_tones() {
    let _alone = alone();
    let (mu, a, g722) = (AudioFormat::pcmu(), AudioFormat::pcma(), AudioFormat::g722());
    let l16 = AudioFormat::l16(SampleRate::Hz16000).unwrap();
    for formats in [[&mu, &mu], [&mu, &a], [&l16, &a], [&mu, &g722]] {
        for says in [Some(hum as Said), None] {
            let case = format!("{} to {}, audio beside: {}", formats[0], formats[1], says.is_some());
            let (mut engine, mut one, mut two) = connected(formats, [true, false]);
            run(&mut engine, &mut [&mut one, &mut two], 500, Some(hum));
            let before = trap::counts();
            for (n, digit) in DIGITS.chars().enumerate() {
                one.press(digit, 40 + 10 * n as u32);
            }
            run(&mut engine, &mut [&mut one, &mut two], 5_000, says);
            assert_eq!(trap::counts().since(before), Counts::default(), "{case}");
            let heard = two.tones();
            assert_eq!(text(&heard), DIGITS, "{case}: {heard:?}");
            for (n, (digit, ms)) in heard.iter().enumerate() {
                let sent = 50.max(40 + 10 * n as u32);
                // A tone is rounded up to a block, and events to a packet; the detector sees 5 ms less or more.
                assert!((sent - 6..=sent + 26).contains(ms), "{case}: {digit} of {sent} ms sounded {ms}");
            }
            assert!(two.events.is_empty() && one.tones().is_empty(), "{case}: not the other way");
            assert_eq!(text(&one.told(&mut engine)), DIGITS, "{case}");
            // Packets go on as one stream, and the tones do not click more than they are steep.
            for pair in two.heard.windows(2) {
                assert_eq!(pair[1].0.sequence.wrapping_sub(pair[0].0.sequence), 1, "{case}");
            }
            if says.is_none() && formats[1].sample_rate() == SampleRate::Hz8000 {
                let quiet = two.audio();
                let loudest = edge(&quiet);
                // 1,633 Hz at -9 and 941 Hz at -11 dBm0: a steady digit's own.
                assert!(loudest < 0.62, "{case}: {loudest}");
            }
            assert!(engine.stop());
        }
    }
}

/// Twin: a side that negotiated events gets them, and hears no tone.
#[test]
fn who_has_events_gets_them_and_hears_no_tone() {
    let _alone = alone();
    let (mut engine, mut one, mut two) = connected([&AudioFormat::pcmu(), &AudioFormat::pcma()], [true, true]);
    run(&mut engine, &mut [&mut one, &mut two], 300, Some(hum));
    for digit in DIGITS.chars() {
        one.press(digit, 80);
    }
    run(&mut engine, &mut [&mut one, &mut two], 4_000, Some(hum));
    assert_eq!((text(&two.events), two.tones()), (DIGITS.to_owned(), Vec::new()));
    assert!(engine.stop());
}

#[test]
fn a_digit_whose_end_is_lost_and_one_whose_caller_is_gone_end_as_tones() {
    let _alone = alone();
    for gone in [false, true] {
        let (mut engine, mut one, mut two) = connected([&AudioFormat::pcmu(), &AudioFormat::pcma()], [true, false]);
        run(&mut engine, &mut [&mut one, &mut two], 300, Some(hum));
        one.presses.begin(TelephoneEvent::from_char('7').unwrap(), 10).unwrap();
        run(&mut engine, &mut [&mut one, &mut two], 200, Some(hum));
        one.presses.cancel();
        if gone {
            drop(one.end.session.destroy());
            run(&mut engine, &mut [&mut two], 1_000, None);
        } else {
            run(&mut engine, &mut [&mut one, &mut two], 1_000, Some(hum));
        }
        let heard = two.tones();
        assert_eq!(text(&heard), "7", "{heard:?}");
        assert!((190..=450).contains(&heard[0].1), "gone: {gone}: {heard:?}");
        assert!(engine.stop());
    }
}
