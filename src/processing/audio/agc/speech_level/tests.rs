//! Pure: the level of speech alone.

use super::*;
use crate::processing::audio::loudness::power;

#[test]
fn pauses_and_noise_do_not_count() {
    let mut level = SpeechLevel::new();
    for n in 0..2_000 {
        let speech = n % 200 < 120;
        level.update(power(if speech { -25.0 } else { -60.0 }), speech, speech);
    }
    assert!((level.level().unwrap() + 25.0).abs() < 0.7, "{:?}", level.level());
    let mut unaware = SpeechLevel::new();
    (0..2_000).for_each(|_| unaware.update(power(-60.0), false, false));
    assert_eq!(unaware.level(), None);
}

#[test]
fn a_fall_of_20_db_is_known_after_some_seconds() {
    let mut level = SpeechLevel::new();
    // Syllables: 120 ms in 400 are 20 dB down.
    let syllable = |n: i32, lufs: f64| power(if n % 40 < 12 { lufs - 20.0 } else { lufs + 1.53 });
    (0..1_000).for_each(|n| level.update(syllable(n, -20.0), true, true));
    (0..700).for_each(|n| level.update(syllable(n, -40.0), true, true));
    assert!((level.level().unwrap() + 40.0).abs() < 0.7, "{:?}", level.level());
}

#[test]
fn phrases_of_one_talker_do_not_move_the_level_once_it_is_known() {
    let mut level = SpeechLevel::new();
    // Syllables as above, 1.6 s at -22 LUFS and 1.6 s at -26, again and again.
    let syllable = |n: i32, lufs: f64| power(if n % 40 < 12 { lufs - 20.0 } else { lufs + 1.53 });
    let mut told = Vec::new();
    for n in 0..3_000 {
        level.update(syllable(n, if n % 320 < 160 { -22.0 } else { -26.0 }), true, true);
        told.extend(level.level().filter(|_| n >= 1_200));
    }
    let (low, high) = told.iter().fold((0.0f64, -99.0f64), |(l, h), &v| (l.min(v), h.max(v)));
    assert!(high - low < 1.0 && low > -25.0 && high < -22.5, "{low} to {high}");
    // The same as for a talker who goes away: that is followed.
    (0..700).for_each(|n| level.update(syllable(n, -37.0), true, true));
    assert!((level.level().unwrap() + 37.0).abs() < 1.0, "{:?}", level.level());
}

#[test]
fn key_strokes_do_not_last_and_syllables_do() {
    let lasts = |sound: &dyn Fn(u32) -> f64| {
        let mut level = SpeechLevel::new();
        let block = |n: u32| {
            level.update(power(sound(n)), true, true);
            u32::from(level.sustained())
        };
        (0..400).map(block).sum::<u32>()
    };
    // A stroke each 150 ms that falls by 20 dB in 10 ms; a syllable of 120 ms each 200.
    let (strokes, syllables) =
        (lasts(&|n| -30.0 - 20.0 * f64::from((n % 15).min(2))), lasts(&|n| if n % 20 < 12 { -30.0 } else { -60.0 }));
    assert!(strokes <= 3 && syllables > 180, "{strokes} {syllables}");
}

#[test]
fn fragments_of_speech_are_forgotten_and_another_talker_is_known_at_once() {
    let mut level = SpeechLevel::new();
    (0..10).for_each(|_| level.update(power(-30.0), true, true));
    assert!(level.level().is_some());
    (0..45).for_each(|_| level.update(power(-60.0), false, false));
    assert_eq!((level.level(), level.blocks()), (None, 0));
    (0..1_000).for_each(|n| level.update(power(if n % 40 < 12 { -60.0 } else { -40.0 }), true, true));
    (0..80).for_each(|n| level.update(power(if n % 40 < 12 { -45.0 } else { -22.0 }), true, true));
    assert!(level.level().unwrap() > -26.0, "{:?}", level.level());
}
