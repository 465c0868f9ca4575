//! What the numbers of one call tell of the next one's.

use super::super::random::Random;
use super::Identifiers;

/// The state of SplitMix64 after a number: its output is a bijection of it.
fn state_behind(number: u64) -> u64 {
    let unshift = |z: u64, by: u32| (0..64 / by).fold(z, |x, _| z ^ (x >> by));
    let inverse = |odd: u64| (0..6).fold(odd, |x, _| x.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(x))));
    let z = unshift(number, 31).wrapping_mul(inverse(0x94d0_49bb_1331_11eb));
    let z = unshift(z, 27).wrapping_mul(inverse(0xbf58_476d_1ce4_e5b9));
    unshift(z, 30)
}

/// The attack: from one call's numbers to the next calls'.
fn predicted(identifiers: &mut Identifiers) -> usize {
    let mut attacker = Random::new(state_behind(identifiers.next()));
    (0..3).filter(|_| attacker.next() == identifiers.next()).count()
}

#[test]
fn the_next_calls_numbers_do_not_follow_from_one_calls() {
    assert_eq!(predicted(&mut Identifiers::seeded(7)), 3, "the attack works on a seeded generator");
    assert_eq!(predicted(&mut Identifiers::System), 0);
}

#[test]
fn the_systems_numbers_differ_and_fill_all_bits() {
    let numbers: Vec<u64> = (0..1_000).map(|_| Identifiers::System.next()).collect();
    let distinct: std::collections::HashSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len());
    assert_eq!(numbers.iter().fold(0, |all, n| all | n), u64::MAX);
    assert_eq!(numbers.iter().fold(u64::MAX, |all, n| all & n), 0);
}
