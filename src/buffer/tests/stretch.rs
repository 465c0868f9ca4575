//! Pure: when the delay is changed: at once in the background of a stream, in speech after patience, and where the audio
//! offers a place.

use super::rig::{ByOctet, Rig};
use crate::buffer::JitterConfig;
use crate::types::MediaTime;

/// An octet is a sample around 128.
const SIGNED: ByOctet = ByOctet(|octet| (f32::from(octet) - 128.0) / 128.0);

/// A voice of 200 Hz, so loud.
fn tone(loud: f64) -> impl Fn(u32) -> u8 {
    move |n| (128.0 + loud * (f64::from(n) * std::f64::consts::TAU / 40.0).sin()) as u8
}

/// White noise, in which no place is like another.
fn noise(n: u32) -> u8 {
    let hash = (u64::from(n) ^ 0x5eed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as u8
}

/// Plays `packets` packets of 20 ms, each `transit(n)` ms under way; what was cut out and put in after each of them, in ms.
fn play(packets: u32, transit: impl Fn(u32) -> f64, says: impl Fn(u32) -> u8) -> Vec<(f64, f64)> {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    let mut changed = Vec::new();
    for n in 0..packets {
        let at = f64::from(n) * 20.0 + transit(n);
        while rig.now_ms() < at {
            rig.pull_by(&mut { SIGNED });
        }
        rig.put(1, n as u16, n * 160, at, (n * 160..(n + 1) * 160).map(&says).collect());
        let counted = rig.receiver.statistics(MediaTime::from_nanos((at * 1e6) as u64));
        changed.push((counted.shortened_ms, counted.lengthened_ms));
    }
    changed
}

/// After how many packets something was cut out first.
fn first_cut(changed: &[(f64, f64)]) -> Option<usize> {
    changed.iter().position(|(cut, _)| *cut > 0.0)
}

/// The network is slower by 15 ms for 20 packets, which is 10 ms in ticks; for the 10 s after that the delay stays.
fn falls(n: u32) -> f64 {
    if n < 20 { 20.0 } else { 5.0 }
}

#[test]
fn a_small_change_waits_in_speech_and_not_in_the_background() {
    let [quiet, loud] = [1.5, 60.0].map(|loud| first_cut(&play(1_100, falls, tone(loud))).expect("it is cut"));
    // SHORTEN_PATIENCE: 3 s and 10 s.
    assert!((345..=355).contains(&(loud - quiet)), "in the background at packet {quiet}, in speech at {loud}");
}

#[test]
fn a_search_that_found_no_place_is_made_again() {
    let whole = first_cut(&play(1_100, falls, tone(60.0))).expect("it is cut");
    let second = whole as u32 + 100;
    let says = |n: u32| if n < second * 160 { noise(n) } else { tone(60.0)(n) };
    let after = first_cut(&play(1_500, falls, says)).expect("it is cut");
    // LONGEST_PAUSE: a quarter of a second.
    assert!((second..second + 18).contains(&(after as u32)), "{whole}, {after}");
    // That searches failed once is forgotten by the next time that the delay has become too long. (The slowest of the last
    // 10 s is kept in quarters of it, 125 packets each; the first of these begins with the seventh slow one.)
    let again = 9 * 125 - 6;
    let slow = |n: u32| if n < 20 || (again..again + 20).contains(&n) { 20.0 } else { 5.0 };
    let says = |n: u32| if n < again * 160 { noise(n) } else { tone(60.0)(n) };
    let next = first_cut(&play(2_400, slow, says)).expect("it is cut");
    assert!((next - 9 * 125).abs_diff(whole) <= 3, "after {} packets, not {whole}", next - 9 * 125);
}

/// In a voice without a pause: else it would wait for half a second each time, and a queue that fills outruns that.
#[test]
fn what_a_growing_queue_asks_for_does_not_wait_for_a_pause() {
    for per_second in [20.0, 30.0, 40.0] {
        // For a second from the fifth on.
        let grows = |n: u32| 5.0 + f64::from(n.saturating_sub(250).min(50)) * 0.02 * per_second;
        let changed = play(310, grows, tone(60.0));
        let (before, after) = (changed[250].1, changed[300].1);
        assert!(before == 0.0 && after >= 20.0, "{per_second} ms a second: {before}, {after} ms put in");
    }
}
