//! Pure: descriptions of comfort noise (RFC 3389) among the packets: a pause of the sender, not a loss.

use super::rig::{OCTETS, Rig, value};
use crate::buffer::{Arrived, BlockKind, Inserted, JitterConfig, PlayoutReceiver};
use crate::codec::{AudioDecoder, CodecFault};
use crate::types::{MediaTime, SampleRate};

fn rig() -> Rig {
    let config = JitterConfig::new(8_000);
    let mut rig = Rig::new(config);
    rig.receiver = PlayoutReceiver::new(SampleRate::Hz8000, config.plan().unwrap()).with_noise(7);
    rig
}

fn speech(rig: &mut Rig, packets: std::ops::Range<u32>, first_sequence: u16, octet: u8) {
    for n in packets {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        rig.put(1, first_sequence.wrapping_add(n as u16), n * 160, at, vec![octet; 160]);
    }
}

/// Describes noise of -`level` dBov at `timestamp`.
fn noise(rig: &mut Rig, sequence: u16, timestamp: u32, at_ms: u64, level: u8) -> Inserted {
    let payload = rig.pool.0.len() as u32;
    rig.pool.0.push(Some(vec![level]));
    let arrival = MediaTime::from_millis(at_ms);
    let packet = Arrived { sequence, timestamp, ssrc: 1, marker: false, arrival, samples: 80, payload };
    let pool = &mut rig.pool;
    rig.receiver.insert_noise(packet, |handle| assert!(pool.0[handle as usize].take().is_some()))
}

fn level(pcm: &[f32]) -> f32 {
    10.0 * (pcm.iter().map(|x| x * x).sum::<f32>() / pcm.len() as f32 + 1e-12).log10()
}

#[test]
fn a_described_pause_is_heard_as_it_was_described_and_is_no_loss() {
    let mut rig = rig();
    // Numbers wrap in the pause.
    speech(&mut rig, 0..50, 65_510, 100);
    assert_eq!(noise(&mut rig, 24, 8_000, 1_005, 40), Inserted::Stored);
    rig.run_until(5_000.0);
    // Told again, 10 dB fainter.
    assert_eq!(noise(&mut rig, 25, 40_000, 5_005, 50), Inserted::Stored);
    rig.run_until(10_005.0);
    speech(&mut rig, 500..550, 65_536u32.wrapping_sub(500 - 26) as u16, 200);
    assert_eq!(noise(&mut rig, 76, 88_000, 11_005, 50), Inserted::Stored);
    rig.run_until(11_100.0);
    let (first, second) = (level(&rig.heard[1_200 * 8..4_900 * 8]), level(&rig.heard[5_200 * 8..9_900 * 8]));
    assert!((first + 40.0).abs() < 1.0 && (second + 50.0).abs() < 1.0, "{first} {second}");
    let spoken = rig.heard.iter().rev().skip(1_600).take(400).all(|x| *x * 256.0 == 200.0);
    assert!(spoken, "the second talk spurt");
    assert!(rig.heard[1_100 * 8..10_000 * 8].iter().all(|x| x.abs() < 0.1), "nothing old comes back");
    let counted = rig.receiver.statistics(MediaTime::from_millis(11_000));
    assert_eq!((counted.played, counted.lost, counted.late, counted.resets), (103, 0, 0, 0), "{counted:?}");
    assert_eq!(counted.concealed_blocks + counted.concealed_silence_blocks, 0, "{counted:?}");
    assert!(counted.gap_blocks > 850, "{counted:?}");
    assert!(rig.kinds[110..1_000].iter().all(|kind| *kind == BlockKind::Silence));
    assert_eq!(rig.pool.live(), 0);
}

#[test]
fn a_description_that_is_lost_is_one_lost_packet() {
    let mut rig = rig();
    speech(&mut rig, 0..50, 0, 100);
    // Number 50 is lost, number 51 comes 200 ms later, speech after a second.
    rig.run_until(1_205.0);
    assert_eq!(noise(&mut rig, 51, 9_600, 1_205, 40), Inserted::Stored);
    speech(&mut rig, 100..150, 65_536u32.wrapping_sub(100 - 52) as u16, 200);
    rig.run_until(3_100.0);
    let counted = rig.receiver.statistics(MediaTime::from_millis(3_000));
    assert_eq!((counted.lost, counted.played), (1, 101), "{counted:?}");
    assert_eq!(rig.pool.live(), 0);
}

#[test]
fn doubled_and_overtaken_descriptions_do_no_harm_and_a_waiting_one_is_no_level() {
    let mut rig = rig();
    speech(&mut rig, 0..50, 0, 100);
    rig.run_until(1_015.0);
    assert_eq!(noise(&mut rig, 51, 8_160, 1_015, 45), Inserted::Stored);
    assert_eq!(noise(&mut rig, 50, 8_000, 1_016, 40), Inserted::Stored);
    assert_ne!(noise(&mut rig, 50, 8_000, 1_017, 40), Inserted::Stored);
    rig.run_until(20_000.0);
    assert!((level(&rig.heard[2_000 * 8..19_000 * 8]) + 45.0).abs() < 1.0);
    rig.put(1, 52, 160_000, 20_005.0, vec![200; 160]);
    let counted = rig.receiver.statistics(MediaTime::from_millis(20_005));
    assert!(counted.level_ms <= 20.0, "{counted:?}");
    rig.run_until(90_000.0);
    assert_eq!((rig.pool.live(), rig.kinds.last()), (0, Some(&BlockKind::Idle)));
}

/// Twin: without a description a pause is concealed at first, and is silence in the end.
#[test]
fn an_undescribed_pause_is_not_noise() {
    let mut rig = rig();
    speech(&mut rig, 0..50, 0, 100);
    rig.run_until(3_000.0);
    assert!(level(&rig.heard[2_500 * 8..]) < -90.0);
    let counted = rig.receiver.statistics(MediaTime::from_millis(2_000));
    // The sender may have paused or gone: in neither case was it speaking.
    assert_eq!((counted.concealed_blocks, counted.lost), (0, 0), "{counted:?}");
    assert!(rig.kinds[101..110].iter().all(|kind| *kind == BlockKind::Concealed));
}

/// Makes noise of its own in a pause, from which it goes on by itself.
#[derive(Debug)]
struct OwnNoise;

impl AudioDecoder for OwnNoise {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        { OCTETS }.decode_into(payload, pcm)
    }

    fn background_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        pcm.fill(value(3));
        Ok(pcm.len())
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }

    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}

/// Twin: after the background that is made here the first samples are joined to it.
#[test]
fn what_follows_a_codecs_own_noise_is_left_to_it_to_the_sample() {
    let heard = |own: bool| {
        let mut rig = Rig::new(JitterConfig { min_delay_ms: 60, ..JitterConfig::new(8_000) });
        let play = |until: f64, rig: &mut Rig| {
            while rig.now_ms() < until {
                if own {
                    rig.pull_by(&mut OwnNoise)
                } else {
                    rig.pull()
                };
            }
        };
        for n in 0..100_u16 {
            // A pause of half a second, of which nothing is said; what comes after it waits for its time.
            let pause = if n < 50 { 0 } else { 500 };
            let at = f64::from(n) * 20.0 + f64::from(pause) + 5.0;
            play(at, &mut rig);
            let octet = if n < 50 { 20 } else { 200 };
            rig.put_marked(1, n, u32::from(n) * 160 + pause * 8, at, vec![octet; 160], n == 50);
        }
        play(2_600.0, &mut rig);
        let first = rig.heard.iter().position(|s| *s > value(30)).unwrap();
        rig.heard[first - 1..first + 80].to_vec()
    };
    let own = heard(true);
    assert!(own[0] == value(3) && own[1..].iter().all(|s| *s == value(200)), "{own:?}");
    let made = heard(false);
    assert!(made[1..].iter().any(|s| *s != value(200)));
}
