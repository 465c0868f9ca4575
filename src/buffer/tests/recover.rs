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

/// Payload `[n]`: a packet of 20 ms whose two blocks have the levels 2n and 2n + 1, and which carries as many blocks before its
/// own as are said. What is read is remembered until the next.
#[derive(Debug)]
struct Deep {
    blocks: usize,
    read: Option<(u8, usize)>,
    /// Packets whose redundancy was read.
    reads: usize,
}

impl Deep {
    fn level(block: usize) -> f32 {
        (block + 1) as f32 / 1_024.0
    }
}

impl AudioDecoder for Deep {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let to = pcm.get_mut(..160).ok_or(CodecFault::ShortOutput)?;
        for (n, block) in to.chunks_mut(80).enumerate() {
            block.fill(Self::level(2 * usize::from(payload[0]) + n));
        }
        Ok(160)
    }

    fn conceal_into(&mut self, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        pcm.fill(0.75);
        Ok(pcm.len())
    }

    fn read_redundancy(&mut self, payload: &[u8], wanted: usize) -> usize {
        let reach = (80 * self.blocks).min(wanted.next_multiple_of(320));
        self.read = Some((payload[0], reach));
        self.reads += 1;
        reach
    }

    fn redundancy_into(&mut self, before: usize, pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let (n, reach) = self.read.ok_or(CodecFault::Unsupported)?;
        assert!(before <= reach && before.is_multiple_of(80) && pcm.len() == 80, "{before} of {reach}");
        pcm.fill(Self::level(2 * usize::from(n) - before / 80));
        Ok(80)
    }

    fn reset(&mut self) {}

    fn payload_samples(&self, _: &[u8]) -> Result<usize, CodecFault> {
        Ok(160)
    }

    fn block_octets(&self) -> Option<usize> {
        None
    }
}

struct Numbers;

impl PayloadSource<u8> for Numbers {
    fn octets(&self, payload: u8) -> &[u8] {
        const OF: [[u8; 1]; 256] = {
            let mut of = [[0]; 256];
            let mut n = 0;
            while n < 256 {
                of[n] = [n as u8];
                n += 1;
            }
            of
        };
        &OF[usize::from(payload)]
    }
}

/// A hundred packets, but for four in a row, over a buffer of `delay` ms; what is heard, and statistics as of the end.
fn over_a_hole(decoder: &mut Deep, delay: u16) -> (Vec<f32>, Vec<(u16, i64)>, crate::buffer::JitterStatistics) {
    over_holes(decoder, delay, |n| (40..44).contains(&n))
}

/// The same of packets of which some are lost.
fn over_holes(
    decoder: &mut impl AudioDecoder,
    delay: u16,
    lost: impl Fn(u32) -> bool,
) -> (Vec<f32>, Vec<(u16, i64)>, crate::buffer::JitterStatistics) {
    let config = JitterConfig { min_delay_ms: delay, ..JitterConfig::new(8_000) };
    let mut receiver = PlayoutReceiver::new(SampleRate::Hz8000, config.plan().unwrap());
    let (mut heard, mut marks) = (Vec::new(), Vec::new());
    for tick in 0..240u64 {
        let (n, now) = ((tick / 2) as u32, MediaTime::from_millis(tick * 10));
        if tick % 2 == 0 && tick < 200 && !lost(n) {
            let (sequence, timestamp, payload) = (n as u16, n * 160, n as u8);
            let packet = Arrived { sequence, timestamp, ssrc: 1, marker: false, arrival: now, samples: 160, payload };
            receiver.insert(packet, |_| ());
        }
        let mut out = [0.0; 80];
        receiver.pull(now, TickNumber(tick), &Numbers, decoder, &mut out, |_| ());
        heard.extend(out);
        marks.extend(receiver.playout_marks().map(|mark| (mark.sequence, tick as i64 * 80 + i64::from(mark.ahead))));
    }
    (heard, marks, receiver.statistics(MediaTime::from_millis(2_100)))
}

#[test]
fn a_hole_is_heard_from_the_packet_behind_it_as_far_as_that_reaches_and_came_in_time() {
    let new = |blocks| Deep { blocks, read: None, reads: 0 };
    // All of it, as the packet behind it is there when it begins.
    let mut decoder = new(100);
    let (heard, marks, statistics) = over_a_hole(&mut decoder, 120);
    let start = marks[0].1 as usize;
    // The first packet is faded in.
    for (n, block) in heard[start..].chunks(80).enumerate().take(200).skip(2) {
        assert!(block.iter().all(|x| *x == Deep::level(n)), "block {n}: {}", block[0]);
    }
    let places: Vec<_> = (0..100).map(|n| (n as u16, start as i64 + n * 160)).collect();
    assert_eq!(marks, places, "also where it is heard");
    assert_eq!((statistics.lost, statistics.recovered, statistics.concealed_blocks), (4, 4, 0));
    assert_eq!(decoder.reads, 2, "once for the hole, once for how long it is worth waiting");
    // Its end, where the redundancy reaches no further.
    let (heard, _, statistics) = over_a_hole(&mut new(4), 120);
    let part: Vec<f32> = heard[start + 80 * 80..start + 88 * 80].chunks(80).map(|block| block[0]).collect();
    let expected: Vec<f32> = (80..88).map(|n| if n < 84 { 0.75 } else { Deep::level(n) }).collect();
    assert_eq!(part, expected);
    assert_eq!((statistics.lost, statistics.recovered, statistics.concealed_blocks), (4, 2, 4));
    // Its end, where the packet behind it comes when the hole has begun: and from then on packets are waited for.
    let (heard, _, statistics) = over_a_hole(&mut new(100), 60);
    assert!(heard.contains(&0.75) && (2..6).contains(&statistics.concealed_blocks), "{statistics:?}");
    assert!(statistics.recovered >= 1, "{statistics:?}");
    // Twin: there is none.
    let (_, _, statistics) = over_a_hole(&mut new(0), 120);
    assert_eq!((statistics.recovered, statistics.concealed_blocks), (0, 8));
}

#[test]
fn a_hole_whose_end_came_late_is_heard_whole_and_the_next_one_finds_the_delay_it_needs() {
    let four = |n: u32| (20..24).contains(&n) || (60..64).contains(&n);
    let new = |blocks| Deep { blocks, read: None, reads: 0 };
    let (heard, marks, statistics) = over_holes(&mut new(100), 0, four);
    let start = marks[0].1 as usize;
    let blocks: Vec<f32> = heard[start..].chunks(80).map(|block| block[0]).skip(2).take(198 + 8).collect();
    // 80 ms are made up while nothing comes. Then all that was lost is heard, and nothing is stretched or passed over.
    let whole = (2..40).map(Deep::level).chain([0.75; 8]).chain((40..200).map(Deep::level));
    assert_eq!(blocks, whole.collect::<Vec<_>>());
    assert_eq!((statistics.lost, statistics.recovered, statistics.concealed_blocks), (8, 8, 8), "{statistics:?}");
    assert_eq!((statistics.lengthened_ms, statistics.shortened_ms), (0.0, 0.0));
    // Twin: without redundancy it is passed over, and both are made up.
    let (heard, _, statistics) = over_holes(&mut new(0), 0, four);
    assert!(!heard.contains(&Deep::level(40)) && statistics.concealed_blocks == 16, "{statistics:?}");
    // What is carried no further than 40 ms is not waited for any longer.
    let (_, _, statistics) = over_holes(&mut new(4), 0, four);
    assert!((30.0..50.0).contains(&statistics.target_ms) && statistics.recovered == 4, "{statistics:?}");
}

#[test]
fn behind_a_single_loss_what_was_before_it_is_heard_again_so_that_two_in_a_row_are_filled() {
    let (heard, marks, statistics) = over_holes(&mut Deep { blocks: 100, read: None, reads: 0 }, 0, |n| n == 20);
    let start = marks[0].1 as usize;
    let blocks: Vec<f32> = heard[start..].chunks(80).map(|block| block[0]).skip(2).take(60).collect();
    let whole = (2..40).map(Deep::level).chain([0.75; 2]).chain((38..58).map(Deep::level));
    assert_eq!(blocks, whole.collect::<Vec<_>>());
    assert_eq!((statistics.recovered, statistics.concealed_blocks, statistics.lengthened_ms), (1, 2, 20.0));
    let (fifth, place) = (marks[20].0, marks[20].1 as usize);
    assert_eq!((fifth, place), (20, start + 44 * 80), "where it is heard, and none twice: {marks:?}");
}

#[test]
fn redundancy_costs_no_delay_where_nothing_is_lost_and_goes_when_nothing_is_lost_any_more() {
    let target = |lost: fn(u32) -> bool| {
        let (_, _, statistics) = over_holes(&mut Deep { blocks: 100, read: None, reads: 0 }, 0, lost);
        statistics.target_ms
    };
    assert!(target(|_| false) < 2.0);
    assert!(target(|n| n == 90) > 30.0);
    assert!(target(|n| n < 2) < 2.0 && target(|n| n == 5) < 50.0);
}
