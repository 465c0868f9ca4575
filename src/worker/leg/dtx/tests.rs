//! Pure: what is a pause and what is not, and how its noise is described.

use crate::processing::audio::speech_like;
use crate::types::SampleRate;
use crate::worker::leg::dtx::{BlockHints, DtxController, Sending};

const RATE: SampleRate = SampleRate::Hz8000;
const BLOCK: usize = 80;

/// White noise of that root mean square.
struct Noise(u32);

impl Noise {
    fn next(&mut self, rms: f32) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 as i32 >> 8) as f32 / 8_388_608.0 * 3f32.sqrt() * rms
    }
}

/// What becomes of `pcm` in packets of 20 ms.
fn run(pauses: &mut DtxController, pcm: &[f32], known: BlockHints<'_>) -> Vec<Sending> {
    pcm.chunks_exact(2 * BLOCK)
        .map(|packet| {
            packet.chunks_exact(BLOCK).for_each(|block| pauses.hear(block, &known));
            pauses.decide(2)
        })
        .collect()
}

fn noise(seconds: f32, rms: f32) -> Vec<f32> {
    let mut noise = Noise(7);
    (0..(seconds * 8_000.0) as usize).map(|_| noise.next(rms)).collect()
}

fn tone(seconds: f32, peak: f32) -> Vec<f32> {
    (0..(seconds * 8_000.0) as usize)
        .map(|n| peak * (n as f32 * 425.0 / 8_000.0 * std::f32::consts::TAU).sin())
        .collect()
}

fn judge() -> DtxController {
    let mut pauses = DtxController::new(RATE, 20, 40);
    // Past the start, in which all is sent.
    let start = run(&mut pauses, &noise(1.0, 0.002), BlockHints::default());
    assert!(start[..48].iter().all(|sending| *sending == Sending::Audio), "{start:?}");
    pauses
}

fn count(sent: &[Sending], what: impl Fn(&Sending) -> bool) -> usize {
    sent.iter().filter(|sending| what(sending)).count()
}

#[test]
fn noise_is_described_once_and_every_so_often() {
    let mut pauses = judge();
    let sent = run(&mut pauses, &noise(10.0, 0.002), BlockHints::default());
    let described: Vec<_> = sent.iter().enumerate().filter(|(_, s)| matches!(s, Sending::Noise(_))).collect();
    assert!(count(&sent, |s| *s == Sending::Audio) < 10, "{sent:?}");
    // Each 400 ms; white noise of -54 dBov.
    assert!((24..=30).contains(&described.len()), "{described:?}");
    for (_, sending) in described {
        let Sending::Noise(noise) = sending else { continue };
        assert!((noise.level().0 + 54.0).abs() <= 1.0, "{noise:?}");
    }
}

#[test]
fn voice_is_sent_from_its_first_block_on() {
    let mut pauses = judge();
    run(&mut pauses, &noise(2.0, 0.002), BlockHints::default());
    assert!(pauses.is_pausing());
    let spoken = speech_like::voice(RATE, 6.0, 3);
    // Two phrases' first second each begins in the middle of a packet.
    let begins = spoken.speaks.iter().position(|speaks| *speaks).expect("a phrase") - 3;
    let mut voice = spoken.samples[begins * BLOCK..(begins + 100) * BLOCK].to_vec();
    let loud = |b: &[f32]| b.iter().map(|x| x * x).sum::<f32>() / 80.0 > 5.0 * 4e-6;
    let first = voice.chunks(BLOCK).position(loud).expect("a loud block");
    let mut background = Noise(3);
    voice.iter_mut().for_each(|x| *x += background.next(0.002));
    let sent = run(&mut pauses, &voice, BlockHints::default());
    assert_eq!(sent[first / 2], Sending::Audio, "from block {first} on: {sent:?}");
    assert_eq!(count(&sent[first / 2..], |s| *s != Sending::Audio), 0, "{sent:?}");
    // And 200 ms and more of what follows.
    let after = run(&mut pauses, &noise(2.0, 0.002), BlockHints::default());
    let pause = after.iter().position(|s| *s != Sending::Audio).expect("a pause");
    assert!((10..40).contains(&pause), "{pause}");
    assert!(matches!(after[pause], Sending::Noise(_)), "it begins with a description");
}

#[test]
fn a_change_of_the_noise_is_told() {
    let mut pauses = judge();
    run(&mut pauses, &noise(2.0, 0.004), BlockHints::default());
    // Down by 12 dB, then to another colour.
    let quieter = run(&mut pauses, &noise(0.4, 0.001), BlockHints::default());
    assert!(quieter[..12].iter().any(|s| matches!(s, Sending::Noise(_))), "{quieter:?}");
    let mut last = 0.0;
    let mut dull = noise(0.6, 0.004);
    dull.iter_mut().for_each(|x| {
        last += 0.15 * (*x - last);
        *x = last;
    });
    let coloured = run(&mut pauses, &dull, BlockHints::default());
    assert!(
        coloured.iter().any(|s| matches!(s, Sending::Noise(noise) if noise.reflection()[0] < -0.5)),
        "{coloured:?}"
    );
}

#[test]
fn tones_and_loud_noise_are_no_pause() {
    for pcm in [tone(4.0, 0.1), tone(4.0, 0.005), noise(4.0, 0.05)] {
        let mut pauses = judge();
        let sent = run(&mut pauses, &pcm, BlockHints::default());
        assert_eq!(count(&sent[1..], |s| *s != Sending::Audio), 0, "{sent:?}");
    }
}

#[test]
fn silence_and_a_pausing_source_are_pauses_at_once() {
    let mut pauses = judge();
    run(&mut pauses, &tone(1.0, 0.1), BlockHints::default());
    let sent = run(&mut pauses, &[0.0; 8_000], BlockHints::default());
    assert!(matches!(sent[0], Sending::Noise(noise) if noise.level().0 == -127.0), "{sent:?}");
    assert_eq!(count(&sent, |s| matches!(s, Sending::Noise(_))), 3, "each 400 ms of a second");
    assert_eq!(count(&sent, |s| *s == Sending::Audio), 0);
    run(&mut pauses, &tone(1.0, 0.1), BlockHints::default());
    let sent = run(&mut pauses, &noise(1.0, 0.01), BlockHints { silent: true, ..BlockHints::default() });
    assert_eq!(count(&sent, |s| *s == Sending::Audio), 0, "{sent:?}");
}

#[test]
fn the_sources_own_detector_decides_where_there_is_one() {
    let (mut pauses, murmur) = (judge(), noise(1.0, 0.003));
    let voiced = run(&mut pauses, &murmur, BlockHints { voice: Some(true), ..BlockHints::default() });
    assert_eq!(count(&voiced, |s| *s != Sending::Audio), 0);
    let unvoiced = run(&mut pauses, &murmur, BlockHints { voice: Some(false), ..BlockHints::default() });
    assert!(count(&unvoiced, |s| *s == Sending::Audio) <= 4, "{unvoiced:?}");
}
