//! Telephone events (RFC 4733) through the whole engine on virtual time: what a peer presses becomes facts, passes through
//! a bridge of any two codecs and clock rates, and what a session is told to send arrives; no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::audio::dtmf::DigitFault;
use media_core::codec::audio::dtmf::{EventClock, EventNotice, EventReceiver, EventSender, TelephoneEvent};
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::engine::{MediaEngineConfig, Pending};
use media_core::error::SessionError;
use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, TelephoneEventFormat};
use media_core::types::{MediaTime, Ptime, SampleRate};
use std::time::Duration;
use support::endpoint::{Endpoint, tone};
use support::phone::done;
use trap::Counts;
use trap::media_threads_alone as alone;

const EVENTS: u8 = 101;
const ALL: &str = "0123456789*#ABCD!";

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize).max_taps(2usize), 5).unwrap()
}

/// A phone with telephone events at `clock_rate`.
struct Phone {
    end: Endpoint,
    clock: EventClock,
    presses: EventSender,
    receiver: EventReceiver,
    heard: Vec<EventNotice>,
    /// Headers of what came, of whatever kind.
    came: Vec<RtpHeader>,
    timestamp: u32,
    due: Option<MediaTime>,
}

impl Phone {
    fn new(engine: &mut VirtualEngine, number: u32, format: &AudioFormat, clock_rate: u32, ptime: Ptime) -> Self {
        let events = TelephoneEventFormat::new(EVENTS, clock_rate);
        let params = MediaSessionParams::new(format.clone()).ptime(ptime).telephone_events(events);
        let end = Endpoint::with(engine, number, params, ptime);
        let clock = EventClock::mixed(clock_rate, format.clock_rate());
        let timestamp = end.phone.next.timestamp;
        Self {
            clock,
            presses: EventSender::new(clock, ptime.ms()),
            receiver: EventReceiver::new(clock),
            heard: Vec::new(),
            came: Vec::new(),
            timestamp,
            due: None,
            end,
        }
    }

    /// One tick: an event packet in place of audio where one is due, else audio.
    fn step(&mut self, engine: &mut VirtualEngine, speaks: bool) {
        let now = engine.now();
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
                None if speaks => {
                    let say = tone(self.end.format.sample_rate());
                    self.end.speak(&mut engine.network, now, say);
                }
                None => {}
            }
            self.timestamp = self.timestamp.wrapping_add(self.end.units());
        }
    }

    fn listen(&mut self, engine: &mut VirtualEngine) {
        self.end.phone.listen(&mut engine.network);
        for packet in std::mem::take(&mut self.end.phone.got) {
            let header = packet.header;
            self.came.push(header);
            if header.payload_type == EVENTS {
                let notices = self.receiver.receive(header.timestamp, header.marker, &packet.payload, packet.at);
                self.heard.extend(notices.expect("an event").iter().copied());
            }
        }
        self.heard.extend(self.receiver.poll(engine.now()));
    }

    /// The digits heard, and how long each was, ms.
    fn digits(&self) -> Vec<(char, u32)> {
        let ended = self.heard.iter().filter_map(|notice| match *notice {
            EventNotice::Ended { event, duration, lost: false, .. } => Some((event.as_char(), self.clock.ms(duration))),
            _ => None,
        });
        ended.collect()
    }
}

fn run(engine: &mut VirtualEngine, phones: &mut [&mut Phone], time: Duration, speaks: bool) {
    let until = engine.now() + time;
    while engine.now() < until {
        phones.iter_mut().for_each(|phone| phone.step(engine, speaks));
        engine.tick();
        phones.iter_mut().for_each(|phone| phone.listen(engine));
    }
}

fn text(digits: &[(char, u32)]) -> String {
    digits.iter().map(|(digit, _)| digit).collect()
}

#[test]
fn digits_pass_between_any_codecs_and_clock_rates() {
    let _alone = alone();
    let mut formats = vec![(AudioFormat::pcmu(), 8_000), (AudioFormat::g722(), 8_000)];
    formats.push((AudioFormat::l16(SampleRate::Hz16000).unwrap(), 16_000));
    #[cfg(feature = "opus")]
    formats.extend([(AudioFormat::opus(), 48_000), (AudioFormat::opus(), 8_000)]);
    for (i, (a, a_clock)) in formats.iter().enumerate() {
        for (j, (b, b_clock)) in formats.iter().enumerate() {
            let case = format!("{a} with events at {a_clock} to {b} with events at {b_clock}");
            let ptimes = [20, 30, 10, 40].map(|ms| Ptime::from_ms(ms).unwrap());
            let mut engine = engine();
            let mut one = Phone::new(&mut engine, 1, a, *a_clock, ptimes[i % 4]);
            let mut two = Phone::new(&mut engine, 2, b, *b_clock, ptimes[j % 4]);
            let pending = engine.handle().bridge(&one.end.session, &two.end.session);
            done(&mut engine, pending);
            run(&mut engine, &mut [&mut one, &mut two], Duration::from_millis(500), true);
            let before = trap::counts();
            for (n, digit) in ALL.chars().enumerate() {
                let event = TelephoneEvent::from_char(digit).unwrap();
                one.presses.send(event, 60 + 10 * n as u32, 10).unwrap();
            }
            run(&mut engine, &mut [&mut one, &mut two], Duration::from_secs(6), true);
            assert_eq!(trap::counts().since(before), Counts::default(), "{case}");
            let heard = two.digits();
            assert_eq!(text(&heard), ALL, "{case}");
            for (n, (digit, ms)) in heard.iter().enumerate() {
                let (sent, off) = (60 + 10 * n as u32, one.end.ptime.ms() + two.end.ptime.ms());
                assert!(ms.abs_diff(sent) <= off, "{case}: {digit} was {sent} ms and became {ms}");
            }
            let told = one.end.session.take_digits();
            let told = done(&mut engine, told);
            assert_eq!(told.iter().map(|d| d.event.as_char()).collect::<String>(), ALL, "{case}");
            for (n, digit) in told.iter().enumerate() {
                assert_eq!((digit.duration_ms, digit.end_lost), (60 + 10 * n as u32, false), "{case}");
            }
            // Events are no losses, neither inward nor in the numbers that go out.
            let statistics = one.end.session.statistics();
            let statistics = done(&mut engine, statistics);
            assert_eq!((statistics.lost, statistics.unknown_payload_type), (0, 0), "{case}: {statistics}");
            assert!(statistics.event_packets >= 17 * 4, "{case}: {statistics}");
            for pair in two.came.windows(2) {
                assert_eq!(pair[1].sequence.wrapping_sub(pair[0].sequence), 1, "{case}: {pair:?}");
            }
            let last = two.came.iter().rev().take(10);
            assert!(last.clone().all(|header| header.payload_type == b.payload_type()), "{case}: audio goes on");
            assert!(two.end.session.id() != one.end.session.id() && one.heard.is_empty(), "{case}: none goes back");
        }
    }
}

#[test]
fn a_session_sends_digits_with_and_without_audio() {
    let _alone = alone();
    for speaks in [false, true] {
        let mut engine = engine();
        let mut one = Phone::new(&mut engine, 1, &AudioFormat::pcma(), 8_000, Ptime::MS20);
        let mut two = Phone::new(&mut engine, 2, &AudioFormat::g722(), 8_000, Ptime::MS20);
        if speaks {
            let pending = engine.handle().bridge(&one.end.session, &two.end.session);
            done(&mut engine, pending);
        }
        run(&mut engine, &mut [&mut one, &mut two], Duration::from_millis(200), speaks);
        let before = trap::counts();
        let pending = two.end.session.send_digits("19*#d!", 120);
        done(&mut engine, pending);
        run(&mut engine, &mut [&mut one, &mut two], Duration::from_secs(3), speaks);
        assert_eq!(trap::counts().since(before), Counts::default());
        let heard = two.digits();
        assert_eq!(text(&heard), "19*#D!", "speaks: {speaks}");
        assert!(heard.iter().all(|(_, ms)| *ms == 120), "{heard:?}");
        assert!(one.heard.is_empty(), "what a session sends is not for its partner");
        let events = two.came.iter().filter(|h| h.payload_type == EVENTS).count();
        assert_eq!(events, 6 * (6 + 2), "six packets of 20 ms for each and two further ends");
        assert_eq!(two.came.len() > events, speaks, "audio around them");
    }
}

#[test]
fn a_lost_end_is_told_and_a_lossy_network_loses_no_digit() {
    let _alone = alone();
    let mut engine = engine();
    let events = engine.handle().subscribe();
    let mut one = Phone::new(&mut engine, 1, &AudioFormat::pcmu(), 8_000, Ptime::MS20);
    run(&mut engine, &mut [&mut one], Duration::from_millis(200), true);
    // A digit without an end: nothing comes any more.
    one.presses.begin(TelephoneEvent::from_char('7').unwrap(), 10).unwrap();
    run(&mut engine, &mut [&mut one], Duration::from_millis(100), true);
    one.presses.cancel();
    run(&mut engine, &mut [&mut one], Duration::from_millis(400), true);
    let told = one.end.session.take_digits();
    let told = done(&mut engine, told);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].end_lost && told[0].event.as_char() == '7' && told[0].duration_ms >= 80, "{told:?}");
    let started =
        std::iter::from_fn(|| events.try_next()).filter(|e| matches!(e.kind, EventKind::DigitStarted(_))).count();
    assert_eq!(started, 1);
    // With every tenth packet lost, each digit is told once.
    engine.network.impairment = Impairment { loss: 0.1, duplicate: 0.05, reorder: 0.05, ..Impairment::default() };
    for digit in ALL.chars() {
        one.presses.send(TelephoneEvent::from_char(digit).unwrap(), 100, 10).unwrap();
    }
    run(&mut engine, &mut [&mut one], Duration::from_secs(5), true);
    let told = one.end.session.take_digits();
    let told = done(&mut engine, told);
    assert_eq!(told.iter().map(|d| d.event.as_char()).collect::<String>(), ALL);
}

/// Twin: without telephone events nothing passes, and the verb says why.
#[test]
fn without_telephone_events_there_are_none() {
    let _alone = alone();
    let mut engine = engine();
    let mut one = Phone::new(&mut engine, 1, &AudioFormat::pcmu(), 8_000, Ptime::MS20);
    let plain = Endpoint::new(&mut engine, 2, &AudioFormat::pcmu(), Ptime::MS20, Ptime::MS20);
    let refused = |engine: &mut VirtualEngine, pending: Pending<()>| engine.complete(pending).unwrap_err();
    let pending = plain.session.send_digits("1!", 100);
    let id = plain.session.id();
    assert_eq!(refused(&mut engine, pending), SessionError::NoTelephoneEvents(id).into());
    let pending = one.end.session.send_digits("1x", 100);
    assert_eq!(
        refused(&mut engine, pending),
        SessionError::Digits("1x".into(), DigitFault::NotADigit(Some('x'))).into()
    );
    let pending = one.end.session.send_digits(&"1".repeat(33), 100);
    assert_eq!(refused(&mut engine, pending), SessionError::Digits("1".repeat(33), DigitFault::TooMany(33)).into());
    let many = [one.end.session.send_digits(&"1".repeat(32), 100), one.end.session.send_digits("2", 100)];
    let [first, second] = many;
    done(&mut engine, first);
    let id = one.end.session.id();
    assert_eq!(refused(&mut engine, second), SessionError::DigitsWaiting(id).into());
    // Events that were not negotiated are counted, and told to nobody.
    let params = MediaSessionParams::new(AudioFormat::pcmu());
    let pending = one.end.session.update(params);
    done(&mut engine, pending);
    one.presses.send(TelephoneEvent::FLASH, 100, 10).unwrap();
    run(&mut engine, &mut [&mut one], Duration::from_millis(400), true);
    let told = one.end.session.take_digits();
    assert_eq!(done(&mut engine, told), []);
    let statistics = one.end.session.statistics();
    assert!(done(&mut engine, statistics).unknown_payload_type >= 5);
}
