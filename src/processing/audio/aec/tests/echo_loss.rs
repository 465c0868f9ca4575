//! Pure: the echo return loss that a canceller tells is that of the room.

use super::material::{hiss, power, room, speech, sum, through};
use super::{bypass, make, part, run};
use crate::processing::audio::aec::{AecAlgorithm, AecParams, EchoCanceller};
use crate::types::SampleRate;

const RATE: SampleRate = SampleRate::Hz16000;

/// What is told after 10 s, and what it is; a near speaker as loud as the far one from 5 s on.
fn told(aec: &mut dyn EchoCanceller, delay_ms: f32, loss_db: f32, near_speaks: bool) -> (Option<f32>, f32) {
    let far = speech(RATE, 10.0, 21);
    let echo = through(&room(RATE, delay_ms, 0.1, loss_db, 23), &far);
    let mut near = speech(RATE, 10.0, 29);
    near[..if near_speaks { 5 * 16_000 } else { 160_000 }].fill(0.0);
    let mic = sum(&sum(&echo, &near), &hiss(far.len(), -80.0, 5));
    for (far, mic) in far.chunks_exact(160).zip(mic.chunks_exact(160)) {
        aec.process(far, &mut mic.to_vec()).unwrap();
    }
    let [sent, came] = [&far, &echo].map(|sound| power(part(sound, RATE, 7.0, 10.0)));
    (aec.metrics().erl_db, 10.0 * (sent / came).log10())
}

#[test]
fn the_loss_of_the_room_is_told() {
    // What a short filter leaves of the echo is none to it.
    for (algorithm, within) in [(AecAlgorithm::FrequencyDomain, 2.0), (AecAlgorithm::Nlms, 3.0)] {
        for (delay, loss) in [(15.0, 6.0), (15.0, 20.0), (250.0, 12.0)] {
            let mut aec = make(RATE, AecParams { algorithm, ..AecParams::default() });
            let (erl, is) = told(&mut aec, delay, loss, false);
            println!("{algorithm:?} {delay} ms {loss} dB: {erl:?}, is {is:.1}");
            assert!((erl.unwrap() - is).abs() < within, "{algorithm:?} {delay} ms {loss} dB: {erl:?}, is {is:.1}");
        }
    }
}

#[test]
fn a_near_speaker_is_no_echo() {
    for algorithm in [AecAlgorithm::FrequencyDomain, AecAlgorithm::Nlms] {
        let mut aec = make(RATE, AecParams { algorithm, ..AecParams::default() });
        let (erl, is) = told(&mut aec, 15.0, 20.0, true);
        println!("{algorithm:?}, double talk: {erl:?}, is {is:.1}");
        assert!((erl.unwrap() - is).abs() < 2.0, "{algorithm:?}: {erl:?}, is {is:.1}");
    }
}

#[test]
fn without_echo_and_without_a_canceller_there_is_none() {
    assert_eq!(told(&mut bypass(), 15.0, 6.0, false).0, None);
    let mut aec = make(RATE, AecParams::default());
    let (far, quiet) = (speech(RATE, 5.0, 21), hiss(80_000, -70.0, 5));
    run(&mut aec, RATE, &far, &quiet);
    assert_eq!(aec.metrics().erl_db, None);
}
