//! What stages have learnt stays over changes of their parameters and over shedding, through the handle, in calls on virtual
//! time: the echo path, the gain, the decision on voice; and digits and single tones are detected side by side.

mod support;

use media_core::MediaSessionHandle;
use media_core::engine::Pending;
use media_core::engine::virtual_engine::{Party, VirtualEngine};
use media_core::processing::audio::aec::{AecAlgorithm, AecParams, EchoSuppression};
use media_core::processing::audio::agc::{AgcAlgorithm, AgcParams};
use media_core::processing::audio::ns::{NoiseSuppression, NsParams};
use media_core::processing::audio::tone::{DtmfParams, SingleToneParams, Tone};
use media_core::processing::audio::vad::{HysteresisParams, VadParams};
use media_core::processing::chain::{AgcStage, Choice, ProcessingMetrics, ProcessingParams};
use media_core::session::EventKind;
use support::party::two_parties;
use support::speech::{talker, voice};

const RATE: usize = 8_000;

struct Call {
    engine: VirtualEngine,
    sessions: [MediaSessionHandle; 2],
    parties: [Party; 2],
    /// All that A says, and the load of the media thread.
    said: Vec<f32>,
    load: f64,
}

fn with(change: impl FnOnce(&mut ProcessingParams)) -> ProcessingParams {
    let mut params = ProcessingParams::default();
    change(&mut params);
    params
}

fn level(samples: &[f32]) -> f32 {
    10.0 * (samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32 + 1e-12).log10()
}

/// A loudspeaker 40 ms from its microphone, 12 dB down, with a second reflection.
fn loudspeaker(heard: &[f32], at: usize) -> Vec<f32> {
    let sample = |n: usize, delay: usize| n.checked_sub(delay).and_then(|n| heard.get(n)).copied().unwrap_or(0.0);
    (at..at + 160).map(|n| 0.25 * sample(n, 320) + 0.1 * sample(n, 353)).collect()
}

impl Call {
    fn new(said: Vec<f32>) -> Self {
        let (engine, sessions, parties) = two_parties();
        Self { engine, sessions, parties, said, load: 0.1 }
    }

    /// Asks while the call goes on: nobody falls behind meanwhile.
    fn ask<T>(&mut self, pending: Pending<T>, speak: impl FnMut(&[f32], usize) -> Vec<f32>) -> T {
        self.run(0.04, speak);
        self.engine.complete(pending).unwrap()
    }

    fn set(&mut self, params: &ProcessingParams, speak: impl FnMut(&[f32], usize) -> Vec<f32>) {
        let pending = self.sessions[1].set_processing(params.clone());
        self.ask(pending, speak);
    }

    fn metrics(&mut self, speak: impl FnMut(&[f32], usize) -> Vec<f32>) -> ProcessingMetrics {
        let pending = self.sessions[1].processing_metrics();
        self.ask(pending, speak)
    }

    /// B says what `speak` makes of what it heard.
    fn run(&mut self, seconds: f64, mut speak: impl FnMut(&[f32], usize) -> Vec<f32>) {
        for _ in 0..(seconds * 100.0) as usize {
            self.engine.inject_phases(0, [0, 0, 0, (self.load * 10e6) as u64, 0, 0, 0, 0]);
            let now = self.engine.now();
            self.parties[0].step(&mut self.engine.network, now, &self.said);
            self.parties[1].listen(&mut self.engine.network);
            let already = self.parties[1].said();
            let mut speech = vec![0.0; already];
            speech.extend(speak(&self.parties[1].heard(), already));
            speech.resize(already + 160, 0.0);
            self.parties[1].speak(&mut self.engine.network, now, &speech);
            self.engine.tick();
        }
    }

    /// The echo that A hears within the next 300 ms over the loudest of what it said, dB.
    fn echo(&mut self) -> f32 {
        self.run(0.3, loudspeaker);
        let heard = self.parties[0].heard();
        level(&heard[heard.len() - RATE * 3 / 10..])
    }

    fn shed_tail(&mut self) -> Option<u16> {
        let pending = self.sessions[1].processing();
        match self.ask(pending, loudspeaker).aec {
            Choice::Use(aec) => Some(aec.tail_ms),
            _ => None,
        }
    }
}

#[test]
fn the_echo_path_stays_over_changes_of_suppression_noise_and_tail() {
    for made in [AecParams::default(), AecParams::light()] {
        let mut call = Call::new(voice(1, 20.0));
        let params = |aec: AecParams| with(|p| p.aec = aec.into());
        call.set(&params(made), loudspeaker);
        call.run(8.0, loudspeaker);
        let before = call.metrics(loudspeaker).echo.unwrap();
        let quiet = call.echo();
        let changes = [
            made.comfort_noise(false),
            made.suppression(EchoSuppression::Moderate),
            made.suppression(EchoSuppression::Off),
            made.suppression(EchoSuppression::High),
            made.tail_ms(48),
        ];
        for change in changes {
            call.set(&params(change), loudspeaker);
            call.run(0.1, loudspeaker);
            let echo = call.metrics(loudspeaker).echo.unwrap();
            assert_eq!(echo.delay_ms, before.delay_ms, "{change:?}");
            assert!(echo.erle_linear_db > before.erle_linear_db - 6.0, "{change:?}: {before:?} {echo:?}");
        }
        // The twin: another canceller knows nothing at first.
        call.set(&params(made.tail_ms(64)), loudspeaker);
        call.run(0.1, loudspeaker);
        let anew = call.metrics(loudspeaker).echo.unwrap();
        assert!(anew.erle_linear_db < before.erle_linear_db - 10.0, "{made:?}: {before:?} {anew:?}");
        assert!(quiet < -50.0, "{quiet}");
        assert!(call.engine.stop());
    }
}

#[test]
fn the_echo_path_stays_over_shedding_and_its_end() {
    let network = if cfg!(feature = "neural") { AecAlgorithm::Neural } else { AecAlgorithm::FrequencyDomain };
    let mut call = Call::new(voice(1, 20.0));
    call.set(
        &with(|p| {
            p.aec = AecParams::default().algorithm(network).into();
            p.ns = NsParams::default().into();
        }),
        loudspeaker,
    );
    call.run(8.0, loudspeaker);
    for (load, tail) in [(0.98, 48), (0.1, AecParams::default().tail_ms)] {
        call.load = load;
        let mut before = call.metrics(loudspeaker).echo.unwrap();
        let mut n = 0;
        while call.shed_tail() != Some(tail) {
            before = call.metrics(loudspeaker).echo.unwrap();
            call.run(0.1, loudspeaker);
            n += 1;
            assert!(n < 800, "it is shed, and given back");
        }
        call.run(0.1, loudspeaker);
        let after = call.metrics(loudspeaker).echo.unwrap();
        assert!(before.erle_linear_db > 15.0 && before.delay_ms.is_some() && before.erl_db.is_some(), "{before:?}");
        assert_eq!(after.delay_ms, before.delay_ms);
        assert!(after.erle_linear_db > before.erle_linear_db - 6.0, "to {tail} ms: {before:?} {after:?}");
    }
    assert!(call.engine.stop());
}

#[test]
fn the_gain_stays_over_changes_of_target_and_algorithm() {
    let faint: Vec<f32> = talker(2, 20.0).iter().map(|s| s * 0.05).collect();
    let mut call = Call::new(Vec::new());
    let speak = |_: &[f32], at: usize| faint[at.min(faint.len() - 160)..][..160].to_vec();
    let agc = |stage: AgcStage| with(|p| p.agc = stage.into());
    let multiband = AgcStage::default().algorithm(AgcAlgorithm::Multiband);
    call.set(&agc(multiband), speak);
    call.run(8.0, speak);
    let before = call.metrics(speak).gain_db;
    assert!(before > 8.0, "{before}");
    let target = AgcParams::default().target_lufs(-21.0);
    let louder = multiband.params(target);
    for stage in [louder, louder.algorithm(AgcAlgorithm::Wideband), multiband] {
        call.set(&agc(stage), speak);
        call.run(0.05, speak);
        let now = call.metrics(speak).gain_db;
        assert!((now - before).abs() < 4.0, "{stage:?}: {before} {now}");
    }
    // The twin: one that was away begins anew.
    call.set(&ProcessingParams::default(), speak);
    call.set(&agc(multiband), speak);
    call.run(0.05, speak);
    let anew = call.metrics(speak).gain_db;
    assert!(anew < before - 4.0, "{before} {anew}");
    assert!(call.engine.stop());
}

#[test]
fn the_noise_stays_known() {
    let mut seed = 1u32;
    let mut hiss = move |_: &[f32], _: usize| {
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 8) as f32 / (1 << 23) as f32 - 1.0) * 0.02
        };
        (0..160).map(|_| noise()).collect::<Vec<f32>>()
    };
    let ns = |level| with(|p| p.ns = NsParams::default().level(level).into());
    let mut call = Call::new(Vec::new());
    call.set(&ns(NoiseSuppression::High), &mut hiss);
    call.run(4.0, &mut hiss);
    let heard = |call: &Call| level(&call.parties[0].heard()[call.parties[0].heard().len() - RATE / 5..]);
    let before = heard(&call);
    call.set(&ns(NoiseSuppression::Moderate), &mut hiss);
    call.run(0.3, &mut hiss);
    let after = heard(&call);
    // Anew, the noise came through for a while: it is 12 dB louder then.
    assert!(after < before + 6.0, "{before} {after}");

    assert!(call.engine.stop());
}

#[test]
fn voice_is_told_as_if_nothing_had_changed() {
    let told = |changes: bool| {
        let mut call = Call::new(Vec::new());
        let events = call.engine.handle().subscribe();
        let speech = voice(3, 30.0);
        let speak = |_: &[f32], at: usize| speech[at % (speech.len() - 160)..][..160].to_vec();
        let vad = |blocks, agc| {
            with(|p| {
                p.vad = VadParams::default().into();
                p.voice = HysteresisParams::default().hangover_blocks(blocks);
                if agc {
                    p.agc = AgcStage::default().into();
                }
            })
        };
        call.set(&vad(20, false), speak);
        call.run(0.4, speak);
        for (blocks, agc) in [(21, false), (21, true), (20, true), (20, false)] {
            call.set(&if changes { vad(blocks, agc) } else { vad(20, false) }, speak);
        }
        call.run(1.0, speak);
        let told = std::iter::from_fn(|| events.try_next()).map(|event| event.kind);
        told.filter(|kind| matches!(kind, EventKind::VoiceBegan | EventKind::VoiceEnded)).collect::<Vec<_>>()
    };
    let undisturbed = told(false);
    assert_eq!(undisturbed.first(), Some(&EventKind::VoiceBegan));
    assert_eq!(told(true), undisturbed);
}

#[test]
fn digits_and_fax_tones_are_told_side_by_side() {
    let run = |params: ProcessingParams| {
        let mut call = Call::new(Vec::new());
        let events = call.engine.handle().subscribe();
        call.set(&params, |_, _| Vec::new());
        let tone = |n: usize, hz: f32| (std::f32::consts::TAU * hz * n as f32 / RATE as f32).sin() * 0.2;
        call.run(3.0, |_, at| {
            let sound = |n: usize| match n {
                4_000..=4_799 => tone(n, 770.0) + tone(n, 1_336.0),
                8_000..=15_999 => tone(n, 1_100.0),
                _ => 0.0,
            };
            (at..at + 160).map(sound).collect()
        });
        let mut told = Vec::new();
        while let Some(event) = events.try_next() {
            match event.kind {
                EventKind::ToneStarted(tone) => told.push(tone),
                EventKind::Digit(digit) => told.push(Tone::Dtmf(digit.event.as_char() as u8)),
                _ => {}
            }
        }
        told
    };
    let both = with(|p| {
        p.tones = DtmfParams::default().into();
        p.single_tones = SingleToneParams::fax().into();
    });
    assert_eq!(run(both), [Tone::Dtmf(b'5'), Tone::FaxCng]);
    assert_eq!(run(with(|p| p.single_tones = SingleToneParams::fax().into())), [Tone::FaxCng]);
    assert_eq!(run(with(|p| p.tones = DtmfParams::default().into())), [Tone::Dtmf(b'5')]);
}
