//! Pure: the front end against sines of known power and frequency.

use super::*;

const HZ: [f32; FREQUENCIES] = [697.0, 770.0, 852.0, 941.0, 1_209.0, 1_336.0, 1_477.0, 1_633.0];

fn sine(hz: f64, amplitude: f64, n: usize) -> f32 {
    (amplitude * (TAU * hz * n as f64 / RATE + 0.7).sin()) as f32
}

/// The last two looks of 50 ms.
fn heard(source: impl Fn(usize) -> f32) -> (ToneBank, [Look; LOOKS]) {
    let mut bank = ToneBank::new(HZ);
    let mut looks = [Look::default(); LOOKS];
    for b in 0..5 {
        looks = bank.looks(&std::array::from_fn(|n| source(b * BLOCK + n)));
    }
    (bank, looks)
}

#[test]
fn a_tone_has_its_power_and_all_of_the_total() {
    for (k, hz) in HZ.into_iter().enumerate() {
        let (_, [_, look]) = heard(|n| sine(f64::from(hz), 0.5, n));
        assert!((look.power[k] - 0.125).abs() < 0.002, "{k}: {}", look.power[k]);
        assert!((look.total - 0.125).abs() < 0.002, "{k}: {}", look.total);
    }
}

#[test]
fn the_groups_are_apart() {
    let (_, [_, look]) = heard(|n| sine(941.0, 0.5, n));
    assert!(look.power[4] < look.power[3] / 500.0, "{:?}", look.power);
}

#[test]
fn the_turn_tells_the_offset() {
    for offset in [-50.0, -10.0, 0.0, 3.0, 40.0] {
        let (bank, [before, after]) = heard(|n| sine(1_336.0 + offset, 0.3, n));
        let told = ToneBank::offset_hz(bank.turn(5, &before, &after));
        assert!((f64::from(told) - offset).abs() < 2.0, "{offset}: {told}");
    }
}
