//! Speech processing where its user meets it: in a call, through the handle, on virtual time.

#[path = "processing/live_calls.rs"]
mod live_calls;
#[path = "processing/nobody_talks.rs"]
mod nobody_talks;
#[path = "processing/noises.rs"]
mod noises;
mod support;

use media_core::MediaSessionHandle;
use media_core::engine::virtual_engine::{Party, VirtualEngine};
use media_core::processing::audio::aec::{AecAlgorithm, AecParams};
use media_core::processing::audio::ns::NsParams;
use media_core::processing::audio::tone::DtmfParams;
use media_core::processing::audio::vad::VadParams;
use media_core::processing::chain::{AgcStage, Choice, ProcessingParams};
use media_core::session::EventKind;
use support::party::two_parties;
use support::random::Random;
use support::speech::{talker, voice};

const RATE: usize = 8_000;

struct Call {
    engine: VirtualEngine,
    sessions: [MediaSessionHandle; 2],
    parties: [Party; 2],
}

impl Call {
    fn new() -> Self {
        let (engine, sessions, parties) = two_parties();
        Self { engine, sessions, parties }
    }

    fn set(&mut self, party: usize, params: &ProcessingParams) {
        let pending = self.sessions[party].set_processing(params.clone());
        self.engine.complete(pending).unwrap();
    }

    /// A says `said`, B says what `speak` makes of what it has heard so far (all of it, and how much it has said).
    fn run(&mut self, seconds: f64, said: &[f32], mut speak: impl FnMut(&[f32], usize) -> Vec<f32>) {
        for _ in 0..(seconds * 100.0) as usize {
            let now = self.engine.now();
            self.parties[0].step(&mut self.engine.network, now, said);
            self.parties[1].listen(&mut self.engine.network);
            let already = self.parties[1].said();
            let mut speech = vec![0.0; already];
            speech.extend(speak(&self.parties[1].heard(), already));
            speech.resize(already + 160, 0.0);
            self.parties[1].speak(&mut self.engine.network, now, &speech);
            self.engine.tick();
        }
    }

    /// Level in dB of what a party heard in its last seconds.
    fn level(&self, party: usize, seconds: f64) -> f32 {
        let heard = self.parties[party].heard();
        let last = &heard[heard.len().saturating_sub((seconds * RATE as f64) as usize)..];
        level(last)
    }
}

fn with(change: impl FnOnce(&mut ProcessingParams)) -> ProcessingParams {
    let mut params = ProcessingParams::default();
    change(&mut params);
    params
}

fn noise(random: &mut Random, peak: f32) -> f32 {
    (random.below(65_536) as f32 / 32_768.0 - 1.0) * peak
}

fn level(samples: &[f32]) -> f32 {
    10.0 * (samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32 + 1e-12).log10()
}

/// The canceller with a network, in builds that have one.
fn neural() -> AecParams {
    let algorithm = if cfg!(feature = "neural") { AecAlgorithm::Neural } else { AecAlgorithm::FrequencyDomain };
    AecParams::default().algorithm(algorithm)
}

/// A loudspeaker 40 ms from its microphone, 12 dB down, with a second reflection.
fn loudspeaker(heard: &[f32], at: usize) -> Vec<f32> {
    let sample = |n: usize, delay: usize| n.checked_sub(delay).and_then(|n| heard.get(n)).copied().unwrap_or(0.0);
    (at..at + 160).map(|n| 0.25 * sample(n, 320) + 0.1 * sample(n, 353)).collect()
}

#[test]
fn who_calls_a_loudspeaker_does_not_hear_itself() {
    let voice = voice(1, 12.0);
    let mut levels = Vec::new();
    for params in [
        ProcessingParams::default(),
        with(|p| p.aec = AecParams::light().into()),
        with(|p| p.aec = AecParams::default().into()),
        with(|p| p.aec = neural().into()),
    ] {
        let mut call = Call::new();
        call.set(1, &params);
        call.run(12.0, &voice, loudspeaker);
        levels.push(call.level(0, 4.0));
        let pending = call.sessions[1].processing_metrics();
        let metrics = call.engine.complete(pending).unwrap();
        assert_eq!(metrics.echo.is_some(), !params.aec.is_off(), "{metrics:?}");
        assert!(metrics.echo.is_none_or(|echo| echo.erle_db > 15.0), "{metrics:?}");
        assert!(call.engine.stop());
    }
    assert!(levels[0] > -60.0, "there is an echo to begin with: {levels:?}");
    assert!(levels[1] < levels[0] - 18.0, "nlms: {levels:?}");
    assert!(levels[2] < levels[0] - 25.0, "frequency domain: {levels:?}");
    assert!(levels[3] < levels[0] - 25.0, "with a network: {levels:?}");
}

#[test]
fn noise_is_suppressed_while_it_is_asked_for() {
    let mut call = Call::new();
    let mut random = Random(5);
    let mut hiss = move |_: &[f32], _: usize| (0..160).map(|_| noise(&mut random, 0.02)).collect::<Vec<f32>>();
    call.run(3.0, &[], &mut hiss);
    let before = call.level(0, 1.0);
    call.set(1, &with(|p| p.ns = NsParams::default().into()));
    call.run(4.0, &[], &mut hiss);
    let suppressed = call.level(0, 1.0);
    call.set(1, &ProcessingParams::default());
    call.run(2.0, &[], &mut hiss);
    let after = call.level(0, 1.0);
    assert!(suppressed < before - 8.0, "{before} {suppressed}");
    assert!((after - before).abs() < 1.0, "{before} {after}");
    assert!(call.engine.stop());
}

#[test]
fn a_soft_voice_is_raised_and_a_loud_one_lowered_to_the_same_loudness() {
    let heard = |params: &ProcessingParams, gain: f32| {
        let mut call = Call::new();
        call.set(1, params);
        let voice: Vec<f32> = talker(2, 12.0).iter().map(|s| s * gain).collect();
        call.run(12.0, &[], |_, at| voice[at..(at + 160).min(voice.len())].to_vec());
        let pending = call.sessions[1].processing_metrics();
        let metrics = call.engine.complete(pending).unwrap();
        let level = call.level(0, 5.0);
        assert!(call.engine.stop());
        (level, metrics)
    };
    let levelled = with(|p| p.agc = AgcStage::default().into());
    let ((soft, raised), (loud, lowered)) = (heard(&levelled, 0.03), heard(&levelled, 1.0));
    assert!((soft - loud).abs() < 4.0, "{soft} {loud} {raised:?} {lowered:?}");
    assert!(raised.gain_db > lowered.gain_db + 20.0 && raised.voice_ms > 3_000, "{raised:?} {lowered:?}");
    let off = ProcessingParams::default();
    let apart = heard(&off, 1.0).0 - heard(&off, 0.03).0;
    assert!(apart > 25.0, "without gain control they are {apart} dB apart");
}

#[test]
fn voice_is_told_of_as_it_begins_and_ends() {
    let mut call = Call::new();
    let events = call.engine.handle().subscribe();
    call.set(1, &with(|p| p.vad = VadParams::default().into()));
    let (voice, mut random) = (voice(3, 3.0), Random(9));
    // Two seconds of faint noise, three of voice, three of noise.
    call.run(8.0, &[], |_, at| {
        let voiced = |n: usize| n.checked_sub(2 * RATE).and_then(|n| voice.get(n)).copied().unwrap_or(0.0);
        (at..at + 160).map(|n| voiced(n) + noise(&mut random, 0.001)).collect()
    });
    let id = call.sessions[1].id();
    let mut told = Vec::new();
    while let Some(event) = events.try_next() {
        if event.session.as_ref().is_some_and(|(session, _)| *session == id)
            && matches!(event.kind, EventKind::VoiceBegan | EventKind::VoiceEnded)
        {
            told.push((event.at.as_nanos() / 1_000_000, event.kind));
        }
    }
    let first = told.iter().find(|(_, kind)| *kind == EventKind::VoiceBegan).expect("voice began");
    let last = told.last().unwrap();
    assert_eq!(last.1, EventKind::VoiceEnded, "{told:?}");
    let start = told[0].0.min(first.0);
    assert!(first.0 - start < 1 && (2_000..4_500).contains(&(last.0 - first.0)), "{told:?}");
    assert!(call.engine.stop());
}

#[test]
fn payloads_pass_through_again_when_nothing_is_to_be_done() {
    let mut call = Call::new();
    let voice = voice(1, 3.0);
    let passed = |call: &mut Call| {
        let pending = call.sessions[0].statistics();
        call.engine.complete(pending).unwrap().passed_packets
    };
    call.run(3.0, &voice, |_, _| Vec::new());
    let before = passed(&mut call);
    assert!(before > 100, "{before}");
    // An echo canceller at B needs what is sent to B as samples.
    call.set(1, &with(|p| p.aec = AecParams::light().into()));
    call.run(1.0, &voice, |_, _| Vec::new());
    let during = passed(&mut call);
    assert!(during <= before + 2, "{before} {during}");
    call.set(1, &ProcessingParams::default());
    call.run(3.0, &voice, |_, _| Vec::new());
    assert!(passed(&mut call) > during + 100);
    assert!(call.engine.stop());
}

#[test]
fn under_load_the_cheap_algorithms_take_over_and_give_back() {
    let mut call = Call::new();
    let asked = with(|p| {
        p.aec = neural().into();
        p.ns = NsParams::default().into();
    });
    call.set(1, &asked);
    let running = |call: &mut Call| {
        let pending = call.sessions[1].processing();
        call.engine.complete(pending).unwrap()
    };
    let left = |params: &ProcessingParams| match &params.aec {
        Choice::Use(aec) => Some((aec.algorithm, aec.tail_ms)),
        _ => None,
    };
    assert_eq!(running(&mut call), asked);
    let shed = (AecAlgorithm::FrequencyDomain, 48);
    let voice = voice(1, 16.0);
    for (load, seconds, expected) in [(0.98, 14.0, shed), (0.1, 75.0, (neural().algorithm, neural().tail_ms))] {
        for _ in 0..(seconds * 100.0) as usize {
            call.engine.inject_phases(0, [0, 0, 0, (load * 10e6) as u64, 0, 0, 0, 0]);
            let now = call.engine.now();
            call.parties[0].step(&mut call.engine.network, now, &voice);
            call.parties[1].step(&mut call.engine.network, now, &voice);
            call.engine.tick();
        }
        assert_eq!(left(&running(&mut call)), Some(expected), "at a load of {load}");
    }
    assert!(call.engine.stop());
}

#[test]
fn digits_heard_in_the_audio_are_digits_pressed() {
    let mut call = Call::new();
    let two_tones = |low: f32, high: f32| {
        move |_: &[f32], at: usize| -> Vec<f32> {
            let tone = |n: usize, hz: f32| (std::f32::consts::TAU * hz * n as f32 / RATE as f32).sin() * 0.2;
            let on = |n: usize| (RATE / 2..RATE * 6 / 10).contains(&(n % RATE));
            (at..at + 160).map(|n| if on(n) { tone(n, low) + tone(n, high) } else { 0.0 }).collect()
        }
    };
    let digits = |call: &mut Call| {
        let pending = call.sessions[1].take_digits();
        call.engine.complete(pending).unwrap()
    };
    // Nobody listens for tones.
    call.run(2.0, &[], two_tones(770.0, 1336.0));
    assert!(digits(&mut call).is_empty());
    call.set(1, &with(|p| p.tones = DtmfParams::default().into()));
    call.run(3.0, &[], two_tones(852.0, 1477.0));
    let heard = digits(&mut call);
    assert!(heard.len() >= 2 && heard.iter().all(|d| d.event.as_char() == '9'), "{heard:?}");
    assert!(heard.iter().all(|d| (70..=130).contains(&d.duration_ms)), "{heard:?}");
    assert!(call.engine.stop());
}
