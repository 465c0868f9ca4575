//! Pure: what convinces, and what does not.

use super::Conviction;

/// The greatest pace while 5 s of blocks have these probabilities and last or do not.
fn pace(block: impl Fn(usize) -> (f32, bool)) -> f64 {
    let mut conviction = Conviction::default();
    let mut most = 0.0f64;
    for (voice, sustained) in (0..500).map(block) {
        conviction.update(voice, sustained);
        most = most.max(conviction.pace());
        assert_eq!(conviction.pace() > 0.0, conviction.holds());
    }
    most
}

#[test]
fn a_talker_convinces_within_200_ms_and_for_no_longer_than_heard() {
    let mut conviction = Conviction::default();
    (0..20).for_each(|_| conviction.update(0.95, true));
    assert_eq!(conviction.pace(), 1.0);
    (0..60).for_each(|_| conviction.update(0.1, true));
    assert_eq!(conviction.pace(), 0.0);
}

#[test]
fn half_a_voice_never_convinces_however_long_it_is_heard() {
    assert_eq!(pace(|_| (0.79, true)), 0.0);
    assert!(pace(|_| (0.85, true)) > 0.9);
}

#[test]
fn single_blocks_and_sounds_that_do_not_last_never_convince() {
    assert_eq!(pace(|n| (if n % 15 == 0 { 0.99 } else { 0.3 }, true)), 0.0);
    assert_eq!(pace(|_| (0.99, false)), 0.0);
    assert_eq!(pace(|_| (f32::NAN, true)), 0.0);
}
