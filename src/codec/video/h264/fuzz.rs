//! Pure: the body of the fuzz target for H.264 payloads, kept here so that plain tests run it as well.

use super::{H264Depacketizer, H264Packetizer, annex_b, has_parameter_sets, is_key_frame};
use crate::types::SequenceNumber;

/// Reads `data` as a run of packets: two octets of sequence step, timestamp step and marker, one of length, then the
/// payload. Whatever comes out is made of whole NAL units, and survives being packetized and put together again.
///
/// # Panics
/// Where that does not hold.
pub fn h264(data: &[u8]) {
    let mut depacketizer = H264Depacketizer::new(2_048);
    let (mut rest, mut sequence, mut timestamp) = (data, SequenceNumber(65_500), 0u32);
    while let Some((&[flags, length], tail)) = rest.split_first_chunk::<2>() {
        let (payload, tail) = tail.split_at(usize::from(length).min(tail.len()));
        sequence = sequence.advanced(if flags & 3 == 3 { 2 } else { 1 });
        timestamp = timestamp.wrapping_add(if flags & 4 == 4 { 3_000 } else { 0 });
        let key = is_key_frame(payload);
        assert!(!(key && has_parameter_sets(&payload[..1])));
        // A fault is one of the outcomes that is allowed; the counters must know of it.
        let malformed = depacketizer.counters().malformed;
        let outcome = depacketizer.push(sequence, timestamp, flags & 8 == 8, payload);
        assert_eq!(outcome.is_err(), depacketizer.counters().malformed > malformed);
        for _ in 0..3 {
            let Some(unit) = depacketizer.next_unit() else { break };
            assert!(unit.data.len() <= 2_048 && unit.data.starts_with(&[0, 0, 0, 1]));
            round_trip(unit.data);
        }
        rest = tail;
    }
}

fn round_trip(picture: &[u8]) {
    let mut packets = H264Packetizer::new(64, true).packetize(annex_b(picture));
    let (mut again, mut out, mut n) = (H264Depacketizer::new(4_096), [0; 64], 0);
    let mut last = false;
    while let Some(packet) = packets.next_into(&mut out) {
        let packet = packet.expect("mode 1 takes units of any size");
        // Units of the reserved and aggregated types cannot stand alone.
        let _ = again.push(SequenceNumber(n), 0, packet.marker, &out[..packet.octets]);
        assert!(!last, "one marker, on the last packet");
        (n, last) = (n.wrapping_add(1), packet.marker);
    }
    assert_eq!(again.counters().lost + again.counters().late, 0);
}
