//! The contract of docs/ARCHITECTURE.md over whole ticks: 200 talking legs on one worker and on three, over a lossy, jittery
//! network, while every verb of the handle is used on every tick: no allocation, no free, no lock on a media thread, no
//! parcel lost, and at the end every payload slot is back and the counters add up.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Encoder, Law};
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::engine::{Conference, MediaEngineConfig, Pending, Tap};
use media_core::processing::audio::aec::AecParams;
use media_core::processing::audio::ns::NsParams;
use media_core::processing::audio::tone::DtmfParams;
use media_core::processing::audio::vad::VadParams;
use media_core::processing::chain::{AgcStage, ProcessingParams};
use media_core::processing::effects::{CompressorParams, EqualizerParams};
use media_core::rtp::RtpHeader;
use media_core::session::{
    AudioFormat, ComfortNoiseFormat, CustomCodec, DiscontinuousTransmission, MediaSessionParams, SessionStatistics,
    TelephoneEventFormat,
};
use media_core::types::{Gain, Ptime, SampleRate, WorkerId};
use media_core::{Error, MediaSessionHandle};
use std::collections::BTreeMap;
use std::time::Duration;
use support::phone::{Phone, done, pcmu};
use support::random::Random;
use trap::alone;
use trap::{Counts, Response};

/// A call under way, with what it was asked.
enum Asked {
    Plain(&'static str, Pending<()>),
    Create(u32, Pending<MediaSessionHandle>),
    Destroy(Pending<SessionStatistics>),
    Tap(Pending<Tap>),
}

/// By what was asked: how often it was done, and how often refused.
type Answers = BTreeMap<&'static str, (u64, u64)>;

struct Call {
    session: MediaSessionHandle,
    phone: Phone,
}

/// 200 calls under churn.
struct Churn {
    engine: VirtualEngine,
    random: Random,
    calls: Vec<Call>,
    rooms: Vec<Conference>,
    taps: Vec<Tap>,
    asked: Vec<Asked>,
    answered: Answers,
    ended: Vec<SessionStatistics>,
    next: u32,
    said: Vec<u8>,
    /// 20 ms of digit 5, nearly without a seam.
    five: [u8; 160],
    ticks: u64,
}

const CALLS: usize = 200;
const NETWORK: Impairment = Impairment {
    delay: Duration::from_millis(20),
    jitter: Duration::from_millis(25),
    loss: 0.02,
    burst: 0.4,
    duplicate: 0.01,
    reorder: 0.01,
};

fn params(number: u32) -> MediaSessionParams {
    let format = if number.is_multiple_of(2) { AudioFormat::pcmu() } else { AudioFormat::pcma() };
    let ptime = Ptime::from_ms([20, 20, 10, 30][number as usize % 4]).unwrap();
    let mut params = MediaSessionParams::new(format).ptime(ptime);
    if !number.is_multiple_of(3) {
        params = params.comfort_noise(ComfortNoiseFormat::STATIC);
    }
    if number % 3 == 1 {
        params = params.discontinuous_transmission(DiscontinuousTransmission::default());
    }
    if number.is_multiple_of(5) {
        params = params.telephone_events(TelephoneEventFormat::new(101, 8_000));
    }
    params
}

fn five() -> [u8; 160] {
    let tone = |n: usize, hz: f32| (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin() * 0.2;
    // Whole periods in 20 ms, within the detector's tolerance of 770 and 1,336 Hz.
    let pcm: Vec<f32> = (0..160).map(|n| tone(n, 750.0 + 20.0) + tone(n, 1_336.0)).collect();
    let mut octets = [0; 160];
    G711Encoder::new(Law::Mu).encode_into(&pcm, &mut octets).unwrap();
    octets
}

/// Some of the stages, by the bits of a number.
fn processing(bits: usize) -> ProcessingParams {
    let mut params = ProcessingParams::default();
    let on = |bit: usize| bits & 1 << bit != 0;
    if on(0) && on(1) {
        params.aec = if on(2) { AecParams::light() } else { AecParams::default() }.into();
    }
    if on(2) {
        params.ns = NsParams::default().into();
    }
    if on(3) {
        params.agc = AgcStage::default().into();
        params.outward_agc = AgcStage::default().into();
    }
    if on(4) {
        params.vad = VadParams::default().into();
        params.tones = DtmfParams::default().into();
        params.digits_to_events = on(0);
    }
    if on(5) {
        params.equalizer = EqualizerParams::default().into();
        params.outward_compressor = CompressorParams::default().into();
    }
    params
}

impl Churn {
    fn new(workers: usize) -> Self {
        let config = MediaEngineConfig::default().workers(workers).max_sessions(260usize).max_conferences(16usize);
        let mut random = Random(workers as u64);
        let mut churn = Self {
            engine: VirtualEngine::new(config, 11).unwrap(),
            calls: Vec::new(),
            rooms: Vec::new(),
            taps: Vec::new(),
            asked: Vec::new(),
            answered: BTreeMap::new(),
            ended: Vec::new(),
            next: 0,
            said: random.octets(4_096),
            five: five(),
            ticks: 0,
            random,
        };
        churn.engine.network.impairment = NETWORK;
        for _ in 0..CALLS {
            churn.create();
        }
        for _ in 0..8 {
            let pending = churn.engine.handle().create_conference(SampleRate::Hz8000);
            let room = done(&mut churn.engine, pending);
            churn.rooms.push(room);
        }
        churn.take_answers();
        assert_eq!(churn.calls.len(), CALLS);
        churn
    }

    fn create(&mut self) {
        let number = self.next;
        self.next += 1;
        let params = params(number).remote(support::phone::address(number));
        let pending = self.engine.handle().create_media_session(&*format!("dialog-{number}"), params);
        self.asked.push(Asked::Create(number, pending));
    }

    fn ask(&mut self, what: &'static str, pending: Pending<()>) {
        self.asked.push(Asked::Plain(what, pending));
    }

    fn any(&mut self) -> MediaSessionHandle {
        let at = self.random.below(self.calls.len());
        self.calls[at].session.clone()
    }

    /// Every verb once.
    fn churn(&mut self) {
        if self.calls.len() >= CALLS {
            let at = self.random.below(self.calls.len());
            let call = self.calls.swap_remove(at);
            self.asked.push(Asked::Destroy(call.session.destroy()));
        }
        self.create();
        let (a, b, c, d) = (self.any(), self.any(), self.any(), self.any());
        let handle = self.engine.handle();
        self.ask("bridge", handle.bridge(&a, &b));
        self.ask("unbridge", handle.unbridge(&c));
        let at = self.random.below(self.rooms.len());
        let room = self.rooms[at].clone();
        self.ask("join", room.join(&d));
        let leaver = self.any();
        self.ask("leave", room.leave(&leaver));
        let mover = self.any();
        let to = WorkerId(self.random.below(3) as u8);
        self.ask("move", mover.move_to(to));
        let on = self.random.below(4) == 0;
        let s = self.any();
        self.ask("hold inward", if on { s.hold_inward() } else { s.resume_inward() });
        let s = self.any();
        self.ask("hold outward", if on { s.hold_outward() } else { s.resume_outward() });
        let s = self.any();
        self.ask("mute", if on { s.mute() } else { s.unmute() });
        let s = self.any();
        self.ask("gain", s.set_gain(if on { Gain::linear(0.5).unwrap() } else { Gain::UNITY }));
        let s = self.any();
        self.ask("meter", s.set_metering(on));
        let s = self.any();
        let updated = params(self.random.below(8) as u32);
        self.ask("update", s.update(updated));
        let s = self.any();
        let stages = processing(self.random.below(64));
        self.ask("processing", s.set_processing(stages));
        let s = self.any();
        self.asked.push(Asked::Tap(s.tap()));
        if self.taps.len() > 20 {
            let at = self.random.below(self.taps.len());
            self.taps.swap_remove(at);
        }
        for tap in &mut self.taps {
            let mut samples = [0.0; 200];
            tap.read(&mut samples);
        }
    }

    fn note<T>(&mut self, what: &'static str, answer: Result<T, Error>) -> Option<T> {
        let (ok, refused) = self.answered.entry(what).or_default();
        match answer {
            Ok(answer) => {
                *ok += 1;
                Some(answer)
            }
            Err(Error::Session(_) | Error::Conference(_)) => {
                *refused += 1;
                None
            }
            Err(error) => panic!("{what}: {error}"),
        }
    }

    fn take_answers(&mut self) {
        for asked in std::mem::take(&mut self.asked) {
            match asked {
                Asked::Plain(what, mut pending) => match pending.poll_now() {
                    Some(answer) => drop(self.note(what, answer)),
                    None => self.asked.push(Asked::Plain(what, pending)),
                },
                Asked::Create(number, mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        if let Some(session) = self.note("create", answer) {
                            let phone = Phone::new(number, &session, params(number).receive.payload_type());
                            self.calls.push(Call { session, phone });
                        }
                    }
                    None => self.asked.push(Asked::Create(number, pending)),
                },
                Asked::Destroy(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let last = self.note("destroy", answer);
                        self.ended.extend(last);
                    }
                    None => self.asked.push(Asked::Destroy(pending)),
                },
                Asked::Tap(mut pending) => match pending.poll_now() {
                    Some(answer) => {
                        let tap = self.note("tap", answer);
                        self.taps.extend(tap);
                    }
                    None => self.asked.push(Asked::Tap(pending)),
                },
            }
        }
    }

    fn talk(&mut self) {
        let now = self.engine.now();
        for (at, call) in self.calls.iter_mut().enumerate() {
            if (self.ticks + at as u64).is_multiple_of(2) {
                let from = (self.ticks as usize * 53 + at * 97) % (self.said.len() - 160);
                let (network, pace) = (&mut self.engine.network, (self.ticks / 50 + at as u64) % 8);
                let header = call.phone.next;
                match pace {
                    // A pause, described at its begin: refused where that was not negotiated.
                    0 => {
                        if self.ticks % 50 < 2 {
                            let noise = RtpHeader { payload_type: 13, marker: false, ..header };
                            call.phone.post(network, now, noise, &[60, 100, 140]);
                            call.phone.next.sequence = header.sequence.wrapping_add(1);
                        }
                        call.phone.next.timestamp = header.timestamp.wrapping_add(160);
                        call.phone.next.marker = true;
                    }
                    // A key, of which the end is lost at times.
                    1 if self.ticks % 50 < 10 => {
                        let end = if at.is_multiple_of(7) { 0 } else { 0x80 };
                        let [high, low] = (160 * (self.ticks % 50 / 2 + 1) as u16).to_be_bytes();
                        let event = RtpHeader { payload_type: 101, ..header };
                        let last = if self.ticks % 50 >= 8 { end } else { 0 };
                        call.phone.post(network, now, event, &[at as u8 % 16, last | 10, high, low]);
                        call.phone.next.sequence = header.sequence.wrapping_add(1);
                    }
                    // Digit 5 in the audio, µ-law or A-law as it may be.
                    2 if self.ticks % 50 < 12 => call.phone.send(network, now, &self.five),
                    // Digital silence.
                    3 => call.phone.send(network, now, &[0xff; 160]),
                    _ => call.phone.send(network, now, &self.said[from..from + 160]),
                }
            }
            // Kept by the network until it is taken; nobody listens in this test.
            while self.engine.network.receive(call.phone.address).is_some() {}
        }
        self.ticks += 1;
    }

    fn run(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.take_answers();
            self.churn();
            self.talk();
            self.engine.tick();
        }
    }

    /// Ends everything and tells what the engine's gauges said last: the sum over the workers.
    fn end(mut self) -> (BTreeMap<String, u64>, Vec<SessionStatistics>, Answers) {
        self.taps.clear();
        for call in std::mem::take(&mut self.calls) {
            self.asked.push(Asked::Destroy(call.session.destroy()));
        }
        for _ in 0..50 {
            self.engine.tick();
            self.take_answers();
            for call in std::mem::take(&mut self.calls) {
                self.asked.push(Asked::Destroy(call.session.destroy()));
            }
        }
        assert!(self.asked.is_empty(), "every call is answered");
        for room in self.rooms.drain(..) {
            drop(room.destroy());
        }
        self.engine.run_for(Duration::from_millis(2_100));
        let snapshot = self.engine.handle().snapshot();
        assert_eq!((snapshot.sessions, snapshot.conferences), (0, 0));
        let mut sums = BTreeMap::new();
        for (name, value) in &snapshot.gauges {
            if let Some(name) = name.strip_prefix("/worker/") {
                *sums.entry(name[2..].to_owned()).or_default() += *value as u64;
            }
        }
        assert!(self.engine.stop());
        (sums, self.ended, self.answered)
    }
}

fn armed() -> Counts {
    trap::set_scope(media_core::rt::on_media_thread);
    trap::arm(Response::Backtrace);
    trap::counts()
}

fn ten_thousand_ticks(workers: usize) {
    let _alone = alone();
    let before = armed();
    let mut churn = Churn::new(workers);
    churn.run(10_000);
    let (sums, ended, answered) = churn.end();
    let counts = trap::counts().since(before);
    let caught = (trap::first(), trap::first_backtrace());
    assert_eq!(counts, Counts::default(), "{caught:?}");
    assert_eq!(media_core::rt::leaked_parcels(), 0);

    println!("{workers} workers: {answered:?}\n{sums:?}");
    for (what, (ok, _)) in &answered {
        // All but the moves to workers that are not there succeed often enough to be tested at all.
        assert!(*ok > 500, "{what} succeeded {ok} times");
    }
    assert_eq!((sums["legs"], sums["live_legs"]), (0, 0));
    assert_eq!((sums["parked"], sums["ring_full"], sums["no_payload_slot"], sums["no_frame_slot"]), (0, 0, 0, 0));
    let sum = |of: fn(&SessionStatistics) -> u64| ended.iter().map(of).sum::<u64>();
    assert_eq!(sums["packets_out"], sum(|s| s.packets_out), "each packet sent is some session's");
    let taken = sum(|s| s.packets_in);
    let others = sum(|s| s.event_packets);
    let turned_away = sum(|s| s.held + s.unknown_payload_type + s.no_slot) + sum(|s| s.bad_payload + s.empty_packets);
    assert_eq!(sums["packets_in"], taken + others + turned_away + sums["stale_packets"] + sums["strays"]);
    let noises = (sum(|s| s.noise_packets_in), sum(|s| s.noise_packets_out), sum(|s| s.pauses));
    let tones = sum(|s| s.suppressed_tone_ms);
    println!("noise in and out, pauses: {noises:?}, tones taken out: {tones} ms, {others} event packets");
    assert!(noises.0 > 1_000 && noises.1 > 1_000 && noises.2 > 500 && tones > 1_000 && others > 1_000);
    assert_eq!(
        taken,
        sum(|s| s.played_packets + s.duplicates + s.late + s.refused),
        "each packet taken is accounted for"
    );
    assert!(taken > 500_000 && sum(|s| s.lost) > 1_000 && sum(|s| s.passed_packets) > 1_000);
    if workers > 1 {
        assert!(sums["strays"] > 0, "packets followed legs that moved");
    }
}

#[test]
fn ten_thousand_ticks_under_churn_on_one_worker() {
    ten_thousand_ticks(1);
}

#[test]
fn ten_thousand_ticks_under_churn_on_three_workers() {
    ten_thousand_ticks(3);
}

/// A codec that allocates where it must not.
#[derive(Debug)]
struct Careless;

impl AudioDecoder for Careless {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let copy = std::hint::black_box(payload.to_vec());
        pcm[..copy.len()].fill(0.0);
        Ok(copy.len())
    }
    fn reset(&mut self) {}
    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }
    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}

#[test]
fn the_traps_see_one_careless_leg() {
    let _alone = alone();
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let careless = CustomCodec::new("CARELESS", 8_000, SampleRate::Hz8000, || {
        let encoder: Box<dyn AudioEncoder> = Box::new(G711Encoder::new(Law::Mu));
        (encoder, Box::new(Careless))
    });
    let mut odd = MediaSessionParams::new(AudioFormat::pcmu());
    odd.receive = AudioFormat::custom(&careless, 0).unwrap();
    let (a, mut phone) = support::phone::connect(&mut engine, 1, odd);
    let (b, _) = pcmu(&mut engine, 2);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let before = armed();
    for tick in 0..100 {
        if tick % 2 == 0 {
            let now = engine.now();
            phone.send(&mut engine.network, now, &[0x55; 160]);
        }
        engine.tick();
    }
    let counts = trap::counts().since(before);
    assert!(counts.allocations > 50 && counts.frees == counts.allocations, "{counts:?}");
    assert!(engine.stop());
}
