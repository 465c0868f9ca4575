//! What A says is what B hears: through the handle, on virtual time, in a bridge and in a conference.

mod support;

use media_core::MediaSessionHandle;
use media_core::codec::Law;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::{Party, VirtualEngine};
use media_core::integration::{ResampledPcmReader, ResampledPcmWriter};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::SampleRate;
use std::time::Duration;
use support::speech::{correlation, voice};

fn format(law: Law) -> AudioFormat {
    if law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() }
}

fn call(engine: &mut VirtualEngine, number: u16, law: Law) -> (MediaSessionHandle, Party) {
    let address = format!("10.0.0.{number}:4000").parse().unwrap();
    let params = MediaSessionParams::new(format(law)).remote(address);
    let pending = engine.handle().create_media_session(&*format!("dialog-{number}"), params);
    let session = engine.complete(pending).unwrap();
    let party = Party::new(address, session.local_address().unwrap(), law, 0x1000 + u32::from(number));
    (session, party)
}

fn talk(engine: &mut VirtualEngine, parties: &mut [Party], voices: &[Vec<f32>], seconds: u64) {
    for _ in 0..seconds * 100 {
        let now = engine.now();
        for (party, voice) in parties.iter_mut().zip(voices) {
            party.step(&mut engine.network, now, voice);
        }
        engine.tick();
    }
}

fn engine(workers: usize) -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().workers(workers), 7).unwrap()
}

/// How much of what was `said` is in what was `heard`, over the last half second but one: by then the jitter buffer has
/// settled, and no longer changes the delay within the window.
fn likeness(said: &[f32], heard: &[f32]) -> f32 {
    let end = said.len().min(heard.len());
    let window = &said[end - 8_000..end - 4_000];
    correlation(window, &heard[end - 10_000..end], 4_000).0
}

#[test]
fn a_bridge_of_two_laws_carries_both_ways() {
    for workers in [1, 3] {
        let mut engine = engine(workers);
        let (a, party_a) = call(&mut engine, 1, Law::Mu);
        let (b, party_b) = call(&mut engine, 2, Law::A);
        let pending = engine.handle().bridge(&a, &b);
        engine.complete(pending).unwrap();
        let voices = [voice(1, 5.0), voice(2, 5.0)];
        let mut parties = [party_a, party_b];
        talk(&mut engine, &mut parties, &voices, 5);
        let ab = likeness(&voices[0], &parties[1].heard());
        let ba = likeness(&voices[1], &parties[0].heard());
        let aa = likeness(&voices[0], &parties[0].heard());
        assert!(ab > 0.99 && ba > 0.99, "{workers} workers: {ab} {ba}");
        assert!(aa < 0.3, "A hears itself: {aa}");
        assert!(engine.stop());
    }
}

#[test]
fn ticks_of_20_ms_conceal_nothing_whatever_the_phase_of_arrival() {
    for delay_ms in [1, 6, 11, 16] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().tick_ms(20u32), 7).unwrap();
        let (a, party_a) = call(&mut engine, 1, Law::Mu);
        let (b, party_b) = call(&mut engine, 2, Law::A);
        let pending = engine.handle().bridge(&a, &b);
        engine.complete(pending).unwrap();
        engine.network.impairment.delay = Duration::from_millis(delay_ms);
        engine.network.impairment.jitter = Duration::from_millis(3);
        talk(&mut engine, &mut [party_a, party_b], &[voice(1, 10.0), voice(2, 10.0)], 5);
        let pending = a.statistics();
        let statistics = engine.complete(pending).unwrap();
        assert!(statistics.concealed_blocks <= 3, "{delay_ms} ms: {statistics}");
        assert!(engine.stop());
    }
}

#[test]
fn a_conference_carries_the_others_and_not_oneself() {
    for workers in [1, 3] {
        let mut engine = engine(workers);
        let mut sessions = Vec::new();
        let mut parties = Vec::new();
        for (number, law) in [(1, Law::Mu), (2, Law::A), (3, Law::Mu)] {
            let (session, party) = call(&mut engine, number, law);
            sessions.push(session);
            parties.push(party);
        }
        let pending = engine.handle().create_conference(SampleRate::Hz8000);
        let room = engine.complete(pending).unwrap();
        for session in &sessions {
            let pending = room.join(session);
            engine.complete(pending).unwrap();
        }
        let voices = [voice(1, 5.0), voice(2, 5.0), voice(3, 5.0)];
        talk(&mut engine, &mut parties, &voices, 5);
        for (hearer, party) in parties.iter().enumerate() {
            let heard = party.heard();
            for (talker, voice) in voices.iter().enumerate() {
                let c = likeness(voice, &heard);
                if talker == hearer {
                    assert!(c < 0.3, "{hearer} hears itself: {c}");
                } else {
                    assert!(c > 0.5, "{hearer} does not hear {talker}: {c}");
                }
            }
        }
        engine.run_for(Duration::from_secs(2));
        assert!(engine.stop());
    }
}

/// How much of `heard` is a tone of `hz`, in dB over all else.
fn purity(heard: &[f32], rate: f64, hz: f64) -> f64 {
    let phase = |n: usize| std::f64::consts::TAU * hz * n as f64 / rate;
    let sums = heard
        .iter()
        .enumerate()
        .fold([0.0; 2], |[s, c], (n, &x)| [s + phase(n).sin() * f64::from(x), c + phase(n).cos() * f64::from(x)]);
    let [s, c] = sums.map(|sum| 2.0 * sum / heard.len() as f64);
    let rest: f64 =
        heard.iter().enumerate().map(|(n, &x)| (f64::from(x) - s * phase(n).sin() - c * phase(n).cos()).powi(2)).sum();
    10.0 * ((s * s + c * c) / 2.0 * heard.len() as f64 / rest).log10()
}

/// A session that is played and one that is recorded, of samples at 16 kHz, in a bridge.
fn bridged_samples(engine: &mut VirtualEngine) -> (MediaSessionHandle, MediaSessionHandle) {
    let mut session = |name: &str| {
        let pending = engine.handle().create_media_session(name, MediaSessionParams::pcm(SampleRate::Hz16000));
        engine.complete(pending).unwrap()
    };
    let (player, recorder) = (session("player"), session("recorder"));
    let pending = engine.handle().bridge(&player, &recorder);
    engine.complete(pending).unwrap();
    (player, recorder)
}

/// A file at 44.1 kHz is played into a call by a source whose clock is 100 ppm fast, and recorded at 44.1 kHz at its other
/// end: at its pitch, without a gap.
#[test]
fn a_player_and_a_recorder_at_44100_hz_keep_the_pitch() {
    const HZ: f64 = 44_100.0;
    let mut engine = engine(1);
    let (player, recorder) = bridged_samples(&mut engine);
    let mut says = ResampledPcmWriter::new(player.take_pcm().unwrap().0, HZ * (1.0 + 100e-6)).unwrap();
    let mut hears = ResampledPcmReader::new(recorder.take_pcm().unwrap().1, HZ).unwrap();
    let tone = |n: usize| 0.5 * (std::f64::consts::TAU * 1_000.0 * n as f64 / (HZ * (1.0 + 100e-6))).sin() as f32;
    let (mut said, mut recorded) = (0, Vec::new());
    for tick in 0..300 {
        // Two blocks ahead, then as the clock of the source has it.
        let due = ((tick + 3) as f64 * 441.0 * (1.0 + 100e-6)) as usize;
        let samples: Vec<f32> = (said..due).map(tone).collect();
        assert_eq!(says.write(&samples), samples.len(), "tick {tick}");
        said = due;
        engine.tick();
        let mut block = [0.0; 500];
        let count = hears.read(&mut block);
        recorded.extend_from_slice(&block[..count]);
    }
    assert!(recorded.len() > 290 * 441, "{} samples", recorded.len());
    let purity = purity(&recorded[recorded.len() - 88_200..], HZ, 1_000.0);
    assert!(purity > 60.0, "{purity:.1} dB");
    // A full ring takes no more, and loses nothing of what it took.
    let taken = says.write(&[0.0; 44_100]);
    assert!((6_000..12_000).contains(&taken) && says.write(&[0.0; 441]) == 0, "{taken} samples of a ring of 200 ms");
}

/// Holds a level where it is: a second's change, and a quarter of what it is off, are taken back in the next.
struct Steering {
    kept: f64,
    last: f64,
    ppm: f64,
}

impl Steering {
    fn at(level: f64) -> Self {
        Self { kept: level, last: level, ppm: 0.0 }
    }

    /// How many more samples in a million are to be made, `level` being those that wait a second later.
    fn steer(&mut self, level: f64) -> f64 {
        let surplus = (level - self.last) + (level - self.kept) / 4.0;
        self.last = level;
        self.ppm = (self.ppm - surplus / 44_100.0 * 1e6).clamp(-5_000.0, 5_000.0);
        self.ppm
    }
}

/// A source at 44.1 kHz whose clock is 0.2 % fast speaks in a call, and a sink whose clock is 0.2 % slow hears it: what waits
/// before the one and behind the other stays within 10 ms. Unsteered it would grow by 40 ms in that time.
#[test]
fn a_source_and_a_sink_that_drift_are_steered_and_nothing_piles_up() {
    const HZ: f64 = 44_100.0;
    let mut engine = engine(1);
    let (player, recorder) = bridged_samples(&mut engine);
    let mut says = ResampledPcmWriter::new(player.take_pcm().unwrap().0, HZ).unwrap();
    let mut hears = ResampledPcmReader::new(recorder.take_pcm().unwrap().1, HZ).unwrap();
    let due = |ticks: usize, drift: f64| (ticks as f64 * 441.0 * (1.0 + drift)) as usize;
    let (mut said, mut got, mut block) = (0, 0, [0.0; 1_000]);
    let mut steering: Option<[Steering; 2]> = None;
    let mut waiting = Vec::new();
    for tick in 0..2_500 {
        let samples = vec![0.1; due(tick + 6, 2e-3) - said];
        assert_eq!(says.write(&samples), samples.len(), "tick {tick}: the ring is full");
        said += samples.len();
        let before = -(says.room() as f64);
        engine.tick();
        got += hears.read(&mut block);
        let behind = got as f64 - due(tick, -2e-3) as f64;
        if tick % 100 == 99 {
            let levels = [before, behind];
            let steering = steering.get_or_insert_with(|| levels.map(Steering::at));
            says.set_drift(steering[0].steer(before)).unwrap();
            hears.set_drift(steering[1].steer(behind)).unwrap();
        }
        if tick >= 500 {
            waiting.push([before, behind]);
        }
    }
    for (n, place) in ["before the source's ring", "in the sink"].into_iter().enumerate() {
        let levels = waiting.iter().map(|levels| levels[n]);
        let spread = levels.clone().fold(f64::MIN, f64::max) - levels.fold(f64::MAX, f64::min);
        assert!(spread < 441.0, "{place}: what waits moves by {spread} samples");
    }
}
