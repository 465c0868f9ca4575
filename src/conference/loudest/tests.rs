//! Pure: who is heard of many.

use super::*;
use crate::types::SampleRate;

#[test]
fn the_loudest_come_first_and_of_equals_the_first() {
    let levels = [-30.0, -10.0, -50.0, -10.0, -20.0];
    for (most, expected) in
        [(1, vec![1]), (2, vec![1, 3]), (3, vec![1, 3, 4]), (5, vec![0, 1, 2, 3, 4]), (9, vec![0, 1, 2, 3, 4])]
    {
        let mut ranked: Vec<_> = levels.into_iter().zip(0..).collect();
        let heard = choose(&mut ranked, most);
        let mut first: Vec<_> = ranked[..heard].iter().map(|(_, n)| *n).collect();
        first.sort_unstable();
        assert_eq!(first, expected, "{most}");
    }
    assert_eq!((choose(&mut [], 3), choose(&mut [(0.0, 1)], 0)), (0, 0));
    let mut nan = [(f32::NAN, 0), (-10.0, 1), (-5.0, 2)];
    assert_eq!(choose(&mut nan, 1), 1);
}

#[test]
fn speech_is_before_noise_and_who_was_heard_before_who_was_not() {
    let mut voice = Talk::new(SampleRate::Hz8000, false);
    let mut noise = Talk::new(SampleRate::Hz8000, false);
    for _ in 0..100 {
        voice.note(-50.0, 0.9);
        noise.note(-10.0, 0.0);
    }
    assert!(rank(Ok(&voice), false) > rank(Ok(&noise), true));
    assert!(rank(Ok(&voice), true) > rank(Err(-45.0), false) && rank(Ok(&voice), true) < rank(Err(-43.0), false));
}
