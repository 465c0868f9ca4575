//! Pure: the level of speech alone.

use super::*;
use crate::processing::audio::loudness::power;

#[test]
fn pauses_and_noise_do_not_count() {
    let mut level = SpeechLevel::new();
    for n in 0..2_000 {
        let speech = n % 200 < 120;
        level.update(power(if speech { -25.0 } else { -60.0 }), speech);
    }
    assert!((level.level().unwrap() + 25.0).abs() < 0.7, "{:?}", level.level());
    let mut unaware = SpeechLevel::new();
    (0..2_000).for_each(|_| unaware.update(power(-60.0), false));
    assert_eq!(unaware.level(), None);
}

#[test]
fn a_fall_of_20_db_is_known_after_some_seconds() {
    let mut level = SpeechLevel::new();
    // Syllables: 120 ms in 400 are 20 dB down.
    let syllable = |n: i32, lufs: f64| power(if n % 40 < 12 { lufs - 20.0 } else { lufs + 1.53 });
    (0..1_000).for_each(|n| level.update(syllable(n, -20.0), true));
    (0..700).for_each(|n| level.update(syllable(n, -40.0), true));
    assert!((level.level().unwrap() + 40.0).abs() < 0.7, "{:?}", level.level());
}

#[test]
fn phrases_of_one_talker_do_not_move_the_level_once_it_is_known() {
    let mut level = SpeechLevel::new();
    // Syllables as above, 1.6 s at -22 LUFS and 1.6 s at -26, again and again.
    let syllable = |n: i32, lufs: f64| power(if n % 40 < 12 { lufs - 20.0 } else { lufs + 1.53 });
    let mut told = Vec::new();
    for n in 0..3_000 {
        level.update(syllable(n, if n % 320 < 160 { -22.0 } else { -26.0 }), true);
        told.extend(level.level().filter(|_| n >= 1_200));
    }
    let (low, high) = told.iter().fold((0.0f64, -99.0f64), |(l, h), &v| (l.min(v), h.max(v)));
    assert!(high - low < 1.0 && low > -25.0 && high < -22.5, "{low} to {high}");
    // The same as for a talker who goes away: that is followed.
    (0..700).for_each(|n| level.update(syllable(n, -37.0), true));
    assert!((level.level().unwrap() + 37.0).abs() < 1.0, "{:?}", level.level());
}
