//! Pure: holes and stalls in the midst of a voice: how they are joined to what follows, and what they cost.

use super::rig::Rig;
use crate::buffer::JitterConfig;
use crate::types::MediaTime;

/// A tone of 200 Hz in packets of 20 ms, by the octet; from packet 50 on so many samples ahead.
fn tone(n: u32, ahead: u32) -> Vec<u8> {
    let ahead = if n < 50 { 0 } else { ahead };
    let at = |k: u32| f64::from(n * 160 + k + ahead) * std::f64::consts::TAU / 40.0;
    (0..160).map(|k| (128.0 + 90.0 * at(k).sin()) as u8).collect()
}

/// What is heard of the time of packet 49, which is lost, while the next ones are there already.
fn hole(ahead: u32) -> Vec<f32> {
    let mut rig = Rig::new(JitterConfig { min_delay_ms: 60, ..JitterConfig::new(8_000) });
    for n in (0..80).filter(|n| *n != 49) {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        rig.put(1, n as u16, n * 160, at, tone(n, ahead));
    }
    let counted = rig.receiver.statistics(MediaTime::from_millis(1_600));
    assert_eq!((counted.lost, counted.concealed_blocks, counted.concealed_ms), (1, 2, 20.0), "{counted:?}");
    let start = rig.heard.iter().position(|s| *s != 0.0).unwrap() / 80 * 80;
    rig.heard[start + 49 * 160..start + 50 * 160].to_vec()
}

/// As far as it has not been played, which is from its first sample on if its end is known then.
#[test]
fn a_hole_whose_end_is_known_is_joined_to_it_over_all_of_its_length() {
    let (whole, moved) = (hole(0), hole(13));
    let differs = |from: usize, to: usize| (from..to).any(|n| (whole[n] - moved[n]).abs() > 0.01);
    assert!(differs(0, 80), "the first block is bent towards what follows");
    assert!(differs(80, 160), "and the second");
}

/// By how many ms the delay has grown in the end by a stall of the network of `ms` in the midst of a voice.
fn grown(ms: f64) -> f64 {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    let delay = |rig: &Rig, n: u32| {
        let counted = rig.receiver.statistics(MediaTime::from_millis(u64::from(n) * 20));
        f64::from(counted.delay_ms)
    };
    let mut before = 0.0;
    for n in 0..320u32 {
        let sent = f64::from(n) * 20.0 + 5.0;
        let at = if n >= 300 { sent.max(300.0 * 20.0 + 5.0 + ms) } else { sent };
        rig.run_until(at);
        if n == 299 {
            before = delay(&rig, n);
        }
        rig.put(1, n as u16, n * 160, at, tone(n, 0));
    }
    rig.run_until(6_400.0);
    delay(&rig, 320) - before
}

/// Twin: one that lasts for longer is not.
#[test]
fn a_lone_stall_of_two_blocks_is_passed_over_by_a_block() {
    assert_eq!([10.0, 25.0, 30.0].map(grown), [20.0, 20.0, 30.0]);
}
