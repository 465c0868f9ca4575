//! Pure: echoes that are no speech, interruptions, short sounds and turns, in voices made by program; hostile samples.

use super::{BargeInDetector, BargeInEvent, BargeInParams};
use crate::processing::audio::speech_like::{voice, white};
use crate::processing::stage::StageFault;
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::Hz8000;
const BLOCK: usize = 80;

/// What comes of what is sent over a phone: so many ms later, so many dB lower, with two reflections.
fn echo(sent: &[f32], delay_ms: usize, loss_db: f32) -> Vec<f32> {
    let gain = 10f32.powf(-loss_db / 20.0) * 0.8;
    let at = |n: usize, late: usize| n.checked_sub(late).map_or(0.0, |n| sent[n]);
    let delay = delay_ms * 8;
    (0..sent.len())
        .map(|n| gain * (at(n, delay) - 0.5 * at(n, delay + 37) + 0.3 * at(n, delay + 160)))
        .zip(white(sent.len(), 0.0005, 9))
        .map(|(echo, noise)| echo + noise)
        .collect()
}

/// All that is found, each with the block in which it is.
fn found(params: BargeInParams, sent: &[f32], came: &[f32]) -> Vec<(usize, BargeInEvent)> {
    let mut detector = BargeInDetector::new(RATE, params).unwrap();
    let blocks = sent.chunks_exact(BLOCK).zip(came.chunks_exact(BLOCK)).enumerate();
    blocks
        .flat_map(|(n, (sent, came))| detector.process(sent, came).unwrap().map(|event| (n, event)))
        .filter_map(|(n, event)| Some((n, event?)))
        .collect()
}

/// A voice from its first block of speech on, for so many blocks.
fn speech(seed: u32, blocks: usize) -> Vec<f32> {
    let voice = voice(RATE, 8.0, seed);
    let from = voice.speaks.iter().position(|speaks| *speaks).unwrap() * BLOCK;
    voice.samples[from..from + blocks * BLOCK].to_vec()
}

fn add(to: &mut [f32], block: usize, sound: &[f32]) {
    to[block * BLOCK..].iter_mut().zip(sound).for_each(|(to, sound)| *to += sound);
}

#[test]
fn the_echo_of_what_is_sent_is_no_speech_and_would_be_without_the_reference() {
    for (delay_ms, loss_db) in [(0, 6.0), (180, 6.0), (400, 12.0), (90, 25.0)] {
        let sent = voice(RATE, 30.0, 3).samples;
        let came = echo(&sent, delay_ms, loss_db);
        let heard = found(BargeInParams::default(), &sent, &came);
        assert_eq!(heard, [], "{delay_ms} ms, {loss_db} dB");
        if loss_db < 20.0 {
            let alone = found(BargeInParams::default(), &vec![0.0; sent.len()], &came);
            assert!(alone.len() > 10, "a detector without the reference takes it for speech: {alone:?}");
        }
    }
}

#[test]
fn an_interruption_is_told_within_120_ms() {
    for (seed, at) in [(11, 300), (12, 433), (13, 777), (14, 250)] {
        let agent = voice(RATE, 14.0, seed + 40);
        // Where the agent speaks before and after: over silence nothing is interrupted.
        let at = (at..).find(|n| agent.speaks[n - 10..n + 15].iter().all(|speaks| *speaks)).unwrap();
        let sent = agent.samples;
        let mut came = echo(&sent, 120, 12.0);
        add(&mut came, at, &speech(seed, 90));
        let heard = found(BargeInParams::default(), &sent, &came);
        let interruptions: Vec<_> =
            heard.iter().filter(|(_, event)| matches!(event, BargeInEvent::Interruption { .. })).collect();
        assert_eq!(interruptions.len(), 1, "once: {heard:?}");
        assert!((at..at + 12).contains(&interruptions[0].0), "{at}: {heard:?}");
        assert!(matches!(heard.last(), Some((_, BargeInEvent::TurnEnded { .. }))), "{heard:?}");
    }
}

#[test]
fn a_short_sound_is_a_backchannel_where_interruptions_have_to_last() {
    let params = BargeInParams::default().minimum_ms(350);
    let sent = voice(RATE, 14.0, 51).samples;
    let mut came = echo(&sent, 120, 12.0);
    add(&mut came, 400, &speech(21, 24));
    add(&mut came, 700, &speech(22, 120));
    let heard = found(params, &sent, &came);
    let kinds: Vec<_> = heard.iter().map(|(_, event)| *event).collect();
    let [BargeInEvent::SpeechBegan { .. }, BargeInEvent::Backchannel { length_ms }, rest @ ..] = &kinds[..] else {
        panic!("{heard:?}")
    };
    assert!((150..=300).contains(length_ms), "{heard:?}");
    assert!(matches!(rest.first(), Some(BargeInEvent::SpeechBegan { .. })), "{heard:?}");
    let interruption = heard.iter().find(|(_, event)| matches!(event, BargeInEvent::Interruption { .. })).unwrap().0;
    assert!((735..=747).contains(&interruption), "{heard:?}");
}

#[test]
fn a_turn_is_over_after_its_pause_and_not_before() {
    let sent = vec![0.0; 10 * 8_000];
    let mut came = white(sent.len(), 0.0005, 4);
    add(&mut came, 200, &speech(31, 120));
    for range in [(300, 300), (800, 800)] {
        let heard = found(BargeInParams::default().turn_pause_ms(range), &sent, &came);
        let kinds: Vec<_> = heard.iter().map(|(_, event)| *event).collect();
        assert!(
            !kinds.iter().any(|event| matches!(event, BargeInEvent::Interruption { .. })),
            "nothing is interrupted"
        );
        let [BargeInEvent::SpeechBegan { .. }, BargeInEvent::SpeechEnded { .. }, BargeInEvent::TurnEnded { pause_ms }] =
            &kinds[..]
        else {
            panic!("{heard:?}")
        };
        assert_eq!(*pause_ms, u32::from(range.0), "{heard:?}");
        let over = heard[2].0 as i64 - 320 - i64::from(range.0) / 10;
        assert!((-8..=8).contains(&over), "{heard:?}");
    }
}

#[test]
fn nothing_that_comes_makes_it_fail() {
    for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
        let mut detector = BargeInDetector::new(rate, BargeInParams::default()).unwrap();
        let block = rate.block_samples();
        for x in [f32::NAN, f32::INFINITY, -1e38, 1e38, 1e-40, 0.0, 1.0, -0.0] {
            for y in [f32::NAN, f32::NEG_INFINITY, 1e38, 1e-42, 0.0] {
                for _ in 0..8 {
                    detector.process(&vec![x; block], &vec![y; block]).unwrap();
                }
            }
        }
        assert_eq!(detector.process(&[0.0; 3], &vec![0.0; block]), Err(StageFault::BadBlock));
        // It still hears.
        let voice = voice(rate, 8.0, 5).samples;
        let silence = vec![0.0; block];
        let heard = voice.chunks_exact(block).any(|came| detector.process(&silence, came).unwrap()[0].is_some());
        assert!(heard, "{rate}");
    }
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let fine = BargeInParams::default();
    for (params, field) in [
        (fine.minimum_ms(10), "minimum_ms"),
        (fine.sensitivity(f32::NAN), "sensitivity"),
        (fine.sensitivity(1.5), "sensitivity"),
        (fine.turn_pause_ms((100, 500)), "turn_pause_ms.0"),
        (fine.turn_pause_ms((600, 500)), "turn_pause_ms.0"),
        (fine.turn_pause_ms((600, 6_000)), "turn_pause_ms.1"),
    ] {
        let refused = BargeInDetector::new(RATE, params).unwrap_err().to_string();
        assert!(refused.contains(field), "{refused}");
    }
}
