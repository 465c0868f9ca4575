//! To every other codec and back, with silence left out on the side of G.729.

use super::support::speech::correlation;
use super::{Call, PHRASE, TURN, alone, decoded, hiss, level, phrases};
use media_core::session::{AudioFormat, DiscontinuousTransmission, MediaSessionParams};
use media_core::types::Ptime;

/// Seconds of each call.
const SECONDS: f64 = 8.5;

/// That of 8 kHz at another rate.
fn at_rate(signal: &impl Fn(usize) -> f32, hz: u32) -> impl Fn(usize) -> f32 {
    move |n| {
        let at = n as f64 * 8_000.0 / f64::from(hz);
        let (whole, part) = (at as usize, at.fract() as f32);
        signal(whole) * (1.0 - part) + signal(whole + 1) * part
    }
}

/// Phrases are there, pauses are the noise that was said; `heard` at 8 kHz.
fn check(said: &impl Fn(usize) -> f32, heard: &[f32], what: &str) {
    let samples = |t: f64| (t * 8_000.0) as usize;
    let second = samples(TURN)..samples(TURN + PHRASE);
    let phrase: Vec<f32> = second.clone().map(said).collect();
    let (alike, offset) = correlation(&phrase, &heard[second.start..second.end + 2_400], 2_400);
    assert!(alike > 0.5, "{what}: {alike} at {offset}");
    let noise = level(&(0..8_000).map(hiss).collect::<Vec<_>>());
    // From the second turn on, when the detector knows the background.
    let begin = TURN + offset as f64 / 8_000.0;
    let spoken = level(&heard[samples(begin + 0.1)..samples(begin + PHRASE)]);
    let pause = level(&heard[samples(begin + PHRASE + 0.6)..samples(begin + TURN - 0.1)]);
    // Coders of higher rates, and the way to them, take from noise that is so faint.
    assert!((pause - noise).abs() < 8.0, "{what}: {pause} dB in the pause, {noise} were said");
    assert!(spoken > pause + 15.0, "{what}: {spoken} dB of voice, {pause} of noise");
}

#[test]
fn to_every_other_codec_and_back() {
    let _alone = alone();
    let others: Vec<_> = AudioFormat::supported().into_iter().filter(|f| f.encoding() != "G729").collect();
    assert!(others.len() >= 6, "{others:?}");
    for other in others {
        let pauses = DiscontinuousTransmission::default();
        let one = MediaSessionParams::new(AudioFormat::g729()).discontinuous_transmission(pauses);
        // A packet of L16 at 48 kHz fits no datagram but with 10 ms.
        let ptime = if other.encoding() == "L16" && other.clock_rate() == 48_000 { 10 } else { 20 };
        let two = MediaSessionParams::new(other.clone()).ptime(Ptime::from_ms(ptime).unwrap());
        let mut call = Call::new(one, two).with_annex_b();
        let says = phrases();
        let hz = other.sample_rate().hz();
        let other_says = at_rate(&says, hz);
        call.run((SECONDS * 1e3) as u64, [Some(&says), Some(&other_says)]);
        let heard: Vec<f32> = call.heard().into_iter().step_by(hz as usize / 8_000).collect();
        check(&says, &heard, &format!("G.729 to {other}"));
        assert!(call.came[0].len() < 400 && call.came[0].iter().any(|p| p.payload.len() == 2), "silence is left out");
        check(&says, &decoded(&call.came[0]), &format!("{other} to G.729"));
        for session in [call.one.session.clone(), call.two.session.clone()] {
            let statistics = call.statistics(&session);
            let bad = (statistics.lost, statistics.concealed_blocks, statistics.bad_payload);
            assert_eq!(bad, (0, 0, 0), "{other}: {statistics}");
        }
        assert!(call.engine.stop());
    }
}
