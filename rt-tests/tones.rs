//! Digits where only one side negotiated telephone events (RFC 4733), in calls on virtual time: events become tones, tones
//! in the audio become events and leave the audio; each press is told once, and no tick allocates.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

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

#[test]
fn in_a_room_each_member_gets_digits_in_its_own_way() {
    let _alone = alone();
    let mut engine = engine();
    let mut presser = Phone::new(&mut engine, 1, &AudioFormat::pcmu(), true);
    let mut plain = Phone::new(&mut engine, 2, &AudioFormat::pcma(), false);
    let mut modern = Phone::new(&mut engine, 3, &AudioFormat::g722(), true);
    let pending = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = done(&mut engine, pending);
    let pending = engine.handle().create_conference(SampleRate::Hz16000);
    let room = done(&mut engine, pending);
    for member in [&presser.end.session, &plain.end.session, &modern.end.session, &bot] {
        let pending = room.join(member);
        done(&mut engine, pending);
    }
    let (_says, mut hears) = bot.take_pcm().unwrap();
    let mut bot_heard = Vec::new();
    for (n, ms) in [(0, 300), (1, 3_000)] {
        let before = trap::counts();
        if n == 1 {
            "159#".chars().for_each(|digit| presser.press(digit, 100));
        }
        // Nobody speaks: the room is silent but for the digits, and for that they need no audio.
        let until = engine.now() + Duration::from_millis(ms);
        while engine.now() < until {
            presser.step(&mut engine, if n == 0 { Some(hum) } else { None });
            engine.tick();
            [&mut presser, &mut plain, &mut modern].into_iter().for_each(|phone| phone.listen(&mut engine));
            let mut samples = [0.0; 240];
            let count = hears.read(&mut samples);
            bot_heard.extend_from_slice(&samples[..count]);
        }
        assert_eq!(trap::counts().since(before), Counts::default());
    }
    let heard = plain.tones();
    assert_eq!((text(&heard), text(&modern.events)), ("159#".to_owned(), "159#".to_owned()), "{heard:?}");
    assert!(heard.iter().all(|(_, ms)| (94..=126).contains(ms)), "{heard:?}");
    assert_eq!(text(&tones(&bot_heard, SampleRate::Hz8000)), "159#");
    assert_eq!((modern.tones(), presser.tones(), plain.events.len()), (Vec::new(), Vec::new(), 0));
    assert_eq!(text(&presser.told(&mut engine)), "159#");
    assert!(engine.stop());
}

#[test]
fn digits_in_the_audio_become_events_and_leave_it() {
    let _alone = alone();
    // Other stages hold the audio back by a time of their own.
    let mut stages = ProcessingParams::default();
    stages.ns = NsParams::default().into();
    stages.compressor = CompressorParams::default().into();
    let l16 = AudioFormat::l16(SampleRate::Hz16000).unwrap();
    for (format, stages) in [
        (AudioFormat::pcmu(), None),
        (l16, None),
        (AudioFormat::pcmu(), Some(stages.clone())),
        (AudioFormat::g722(), Some(stages)),
    ] {
        let mut leaks = Vec::new();
        for on in [true, false] {
            let (mut engine, mut one, mut two) = connected([&format, &AudioFormat::pcma()], [false, true]);
            if on {
                process(&mut engine, &one, stages.clone().unwrap_or_default(), true);
            }
            run(&mut engine, &mut [&mut one, &mut two], 1_200, Some(nines));
            let pending = one.end.session.tap();
            let (mut tap, mut tapped) = (done(&mut engine, pending), Vec::new());
            let before = trap::counts();
            for _ in 0..26 {
                run(&mut engine, &mut [&mut one, &mut two], 100, Some(nines));
                let mut samples = [0.0; 1_700];
                let count = tap.read(&mut samples);
                tapped.extend_from_slice(&samples[..count]);
            }
            assert_eq!(trap::counts().since(before), Counts::default());
            // How much of each tone is heard, ms: where the audio is louder than a hundredth of it. The peer hears events in
            // place of some of it, who only listens hears all that leaks.
            let loud = |audio: &[f32], rate: SampleRate| {
                audio.iter().filter(|x| x.abs() > 4e-3).count() as f64 * 1e3 / f64::from(rate.hz()) / 5.0
            };
            leaks.push(loud(&two.audio(), two.end.format.sample_rate()));
            leaks.push(loud(&tapped, one.end.format.sample_rate()));
            let statistics = one.statistics(&mut engine);
            let (told, events) = (one.told(&mut engine), text(&two.events));
            if on {
                assert_eq!((text(&told), events), ("99999".into(), "99999".into()), "{told:?}");
                assert!(two.events.iter().all(|(_, ms)| (90..=115).contains(ms)), "{:?}", two.events);
                assert!(two.tones().is_empty(), "{:?}", two.tones());
                assert_eq!(statistics.tone_delay_us, 20_000);
                assert!((5 * 80..5 * 140).contains(&statistics.suppressed_tone_ms), "{statistics}");
                turn_digits(&mut engine, &one, false);
                run(&mut engine, &mut [&mut one, &mut two], 500, Some(hum));
                assert_eq!(one.statistics(&mut engine).tone_delay_us, 0);
            } else {
                assert_eq!((told.len(), events.len(), text(&two.tones())), (0, 0, "99999".into()));
                assert_eq!((statistics.tone_delay_us, statistics.suppressed_tone_ms), (0, 0));
            }
            assert!(engine.stop());
        }
        let others = stages.is_some();
        println!("{format}, other stages: {others}: {leaks:.1?} ms of each tone leak to peer and tap, without it");
        let [peer, tap, peer_without, tap_without] = leaks[..] else { unreachable!() };
        assert!(peer <= 20.0 && tap <= 20.0, "{format}: {leaks:?} ms leak");
        assert!(peer_without > 90.0 && tap_without > 90.0, "{format}: {leaks:?} ms leak");
    }
}

#[test]
fn digits_taken_out_of_the_audio_are_made_again_for_who_has_no_events() {
    let _alone = alone();
    let (mut engine, mut one, mut two) = connected([&AudioFormat::pcmu(), &AudioFormat::pcma()], [false, false]);
    turn_digits(&mut engine, &one, true);
    run(&mut engine, &mut [&mut one, &mut two], 3_800, Some(nines));
    let heard = two.tones();
    assert_eq!(text(&heard), "99999", "{heard:?}");
    assert!(heard.iter().all(|(_, ms)| (85..=125).contains(ms)), "{heard:?}");
    assert_eq!(text(&one.told(&mut engine)), "99999");
    assert!(engine.stop());
}

/// A peer that sends events, and leaves the tone in its audio: one press, told and done once, whichever way is sooner.
#[test]
fn a_press_that_comes_both_ways_is_one() {
    let _alone = alone();
    for event_at_ms in [1_600, 1_660] {
        let (mut engine, mut one, mut two) = connected([&AudioFormat::pcmu(), &AudioFormat::pcma()], [true, true]);
        turn_digits(&mut engine, &one, true);
        // The tones last from 100 to 200 ms of each 300 from 1,500 on: the first is digit 9, and so is the event.
        run(&mut engine, &mut [&mut one, &mut two], event_at_ms, Some(nines));
        let timestamp = one.end.phone.next.timestamp;
        for n in 0..4u32 {
            let end = n == 3;
            let duration = (160 * (n + 1)).min(640) as u16;
            let [high, low] = duration.to_be_bytes();
            let payload = [9, if end { 0x8a } else { 0x0a }, high, low];
            let header = RtpHeader { timestamp, marker: n == 0, payload_type: EVENTS, ..one.end.phone.next };
            let now = engine.now();
            one.end.phone.post(&mut engine.network, now, header, &payload);
            one.end.phone.next.sequence = one.end.phone.next.sequence.wrapping_add(1);
            run(&mut engine, &mut [&mut one, &mut two], 20, Some(nines));
        }
        run(&mut engine, &mut [&mut one, &mut two], 3_500 - event_at_ms - 80, Some(nines));
        let told = one.told(&mut engine);
        assert_eq!((text(&told), text(&two.events)), ("99999".into(), "99999".into()), "{event_at_ms}: {told:?}");
        assert!(two.tones().is_empty());
        assert!(engine.stop());
    }
}
