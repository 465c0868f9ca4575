//! Pure: forward error correction: a lost packet's audio comes from the one after it.

use super::rig::{OCTETS, Rig, value};
use crate::buffer::{Arrived, BlockKind, JitterConfig, PayloadSource, PlayoutReceiver};
use crate::codec::{AudioDecoder, CodecFault};
use crate::types::{MediaTime, SampleRate, TickNumber};

/// Payload `[own, previous]`: the level of a packet of 20 ms and of the one before it. Packets are decoded whole.
#[derive(Debug)]
struct Redundant;

impl AudioDecoder for Redundant {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let to = pcm.get_mut(..160).ok_or(CodecFault::ShortOutput)?;
        to.fill(f32::from(payload[0]) / 256.0);
        Ok(160)
    }

    fn fec_into(&mut self, next_payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        self.decode_into(&next_payload[1..], pcm)
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, _: &[u8]) -> Result<usize, CodecFault> {
        Ok(160)
    }

    fn block_octets(&self) -> Option<usize> {
        None
    }
}

struct Payloads;

impl PayloadSource<[u8; 2]> for Payloads {
    fn octets(&self, payload: [u8; 2]) -> &[u8] {
        &LEVELS[usize::from(payload[0])][..]
    }
}

static LEVELS: [[u8; 2]; 60] = {
    let mut levels = [[0; 2]; 60];
    let mut n = 0;
    while n < 60 {
        levels[n] = [n as u8 + 100, if n == 0 { 0 } else { n as u8 + 99 }];
        n += 1;
    }
    levels
};

#[test]
fn a_lost_packet_is_heard_from_the_next_one() {
    let config = JitterConfig { min_delay_ms: 30, ..JitterConfig::new(8_000) };
    let mut receiver = PlayoutReceiver::new(SampleRate::Hz8000, config.plan().unwrap());
    let (mut heard, mut kinds, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    for tick in 0..110u64 {
        if tick % 2 == 0 && tick < 100 && tick != 40 {
            let n = (tick / 2) as u32;
            let arrival = MediaTime::from_millis(tick * 10);
            let packet = Arrived {
                sequence: n as u16,
                timestamp: n * 160,
                ssrc: 1,
                marker: false,
                arrival,
                samples: 160,
                payload: [n as u8, 0],
            };
            receiver.insert(packet, |_| ());
        }
        let mut out = [0.0; 80];
        let now = MediaTime::from_millis(tick * 10);
        kinds.push(receiver.pull(now, TickNumber(tick), &Payloads, &mut Redundant, &mut out, |_| ()));
        heard.extend(out);
        marks.extend(receiver.playout_marks().map(|mark| (mark.sequence, tick as i64 * 80 + i64::from(mark.ahead))));
    }
    let statistics = receiver.statistics(MediaTime::from_millis(1_100));
    assert_eq!(
        (statistics.recovered, statistics.lost, statistics.concealed_blocks),
        (1, 1, 0),
        "the end is no concealment"
    );
    let start = 3 * 80;
    for n in 1..50 {
        let part = &heard[start + n * 160..start + (n + 1) * 160];
        assert!(part.iter().all(|s| *s == (n + 100) as f32 / 256.0), "packet {n}");
    }
    assert!(kinds[3..103].iter().all(|k| *k == BlockKind::Speech));
    // The one that was recovered is marked where it is heard, as all others are.
    let places: Vec<_> = (0..50).map(|n| (n as u16, (start + n * 160) as i64)).collect();
    assert_eq!(marks, places);
}

/// Conceals by itself, and joins what follows by itself.
#[derive(Debug)]
struct Concealing;

impl AudioDecoder for Concealing {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        { OCTETS }.decode_into(payload, pcm)
    }

    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        pcm.fill(0.75);
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

#[test]
fn what_a_codec_conceals_by_itself_is_left_to_it_to_the_sample() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    for n in 0..100_u16 {
        let at = f64::from(n) * 20.0 + 5.0;
        while rig.now_ms() < at {
            rig.pull_by(&mut Concealing);
        }
        if n != 50 {
            rig.put(1, n, u32::from(n) * 160, at, vec![n as u8 + 20; 160]);
        }
    }
    let of = |n: usize| &rig.heard[80 + n * 160..240 + n * 160];
    assert!(of(49).iter().all(|&s| s == value(69)) && of(50).iter().all(|&s| s == 0.75), "{:?}", of(50));
    assert!(of(51).iter().all(|&s| s == value(71)), "{:?}", of(51));
}
