//! Pure: H.264 payloads: packets and units both ways, profiles, bad input.

use super::*;
use crate::codec::CodecFault;
use crate::types::SequenceNumber;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// NAL units of a picture; no octet is 0, so that no start code stands inside.
fn picture(random: &mut Random, key: bool) -> Vec<Vec<u8>> {
    let mut types = if key { vec![7, 8, 5] } else { vec![1] };
    types.extend((0..random.below(4)).map(|_| if key { 5 } else { 1 }));
    let unit = |random: &mut Random, kind: u8| {
        let most = if kind > 5 { 30 } else { [40, 400, 5_000][random.below(3) as usize] };
        let mut unit = vec![0x60 | kind];
        unit.extend((0..1 + random.below(most)).map(|_| 1 + random.below(255) as u8));
        unit
    };
    types.into_iter().map(|kind| unit(random, kind)).collect()
}

fn packets(units: &[Vec<u8>], max: usize) -> Vec<(Vec<u8>, bool)> {
    let mut iterator = H264Packetizer::new(max, true).packetize(units.iter().map(|u| &u[..]));
    let (mut out, mut all) = (vec![0; max], Vec::new());
    while let Some(packet) = iterator.next_into(&mut out) {
        let packet = packet.unwrap();
        all.push((out[..packet.octets].to_vec(), packet.marker));
    }
    all
}

fn stream(units: &[Vec<u8>]) -> Vec<u8> {
    units.iter().flat_map(|u| [0, 0, 0, 1].into_iter().chain(u.iter().copied())).collect()
}

#[test]
fn start_codes_of_three_and_four_octets() {
    let data = [9, 9, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3, 0, 0, 1, 0x65, 4, 0, 0];
    let units: Vec<_> = annex_b(&data).collect();
    assert_eq!(units, [&[0x67, 1, 2][..], &[0x68, 3], &[0x65, 4]]);
    assert_eq!(annex_b(&[1, 2, 3]).count(), 0);
    assert_eq!(annex_b(&[0, 0, 1]).count(), 0);
}

#[test]
fn pictures_survive_packets_of_any_size() {
    let mut random = Random(5);
    let (mut stap, mut fu, mut single) = (0, 0, 0);
    for n in 0..150u32 {
        let max = 64 + random.below(1_400) as usize;
        let mut depacketizer = H264Depacketizer::new(60_000);
        let units = picture(&mut random, n % 3 == 0);
        let cut = packets(&units, max);
        let markers = cut.iter().filter(|(_, marker)| *marker).count();
        assert!(markers == 1 && cut.last().unwrap().1, "the last packet has the marker");
        assert_eq!(cut.iter().any(|(p, _)| is_key_frame(p)), n % 3 == 0);
        assert_eq!(cut.iter().any(|(p, _)| has_parameter_sets(p)), n % 3 == 0);
        for (i, (payload, marker)) in cut.iter().enumerate() {
            assert!(payload.len() <= max);
            match payload[0] & 31 {
                24 => stap += 1,
                28 => fu += 1,
                _ => single += 1,
            }
            depacketizer.push(SequenceNumber(65_530).advanced(i as u16), n * 3_000, *marker, payload).unwrap();
        }
        let unit = depacketizer.next_unit().unwrap();
        assert_eq!((unit.data, unit.timestamp), (&stream(&units)[..], n * 3_000));
        assert_eq!((unit.key_frame, unit.complete), (n % 3 == 0, true));
        assert!(depacketizer.next_unit().is_none());
    }
    assert!(stap > 20 && fu > 100 && single > 20, "{stap} {fu} {single}: all three kinds must be met");
}

#[test]
fn aggregation_takes_the_highest_reference_and_any_forbidden_bit() {
    let units = [vec![0x27, 1], vec![0x68, 2], vec![0x80 | 0x06, 3]];
    let cut = packets(&units, 100);
    assert_eq!(cut, [(vec![0x80 | 0x60 | 24, 0, 2, 0x27, 1, 0, 2, 0x68, 2, 0, 2, 0x86, 3], true)]);
}

#[test]
fn fragments_say_where_they_stand() {
    let unit = [vec![0x65; 1], vec![7; 100]].concat();
    let cut = packets(&[unit], 52);
    let flags: Vec<_> = cut.iter().map(|(p, _)| (p[0], p[1], p.len())).collect();
    assert_eq!(flags, [(0x60 | 28, 0x80 | 5, 52), (0x60 | 28, 0x40 | 5, 52)]);
}

#[test]
fn mode_0_sends_one_unit_a_packet_and_refuses_large_ones() {
    let units = [vec![0x67, 1], vec![0x68, 2], vec![0x65; 200], vec![0x65, 3]];
    let mut iterator = H264Packetizer::new(100, false).packetize(units.iter().map(|u| &u[..]));
    let mut out = [0; 100];
    let mut next = || iterator.next_into(&mut out).map(|p| p.map(|p| (p.octets, p.marker)));
    assert_eq!(next(), Some(Ok((2, false))));
    assert_eq!(next(), Some(Ok((2, false))));
    assert_eq!(next(), Some(Err(CodecFault::BadFrame)));
    assert_eq!(next(), Some(Ok((2, true))));
    assert_eq!(next(), None);
    let mut short = H264Packetizer::new(100, true).packetize([&[0x65, 1][..]]);
    assert_eq!(short.next_into(&mut [0; 99]), Some(Err(CodecFault::ShortOutput)));
}

/// Whatever is lost, what comes out is made of NAL units that went in, and is called complete only if all did.
#[test]
fn loss_leaves_whole_units_or_none() {
    let mut random = Random(11);
    let (mut whole, mut damaged) = (0, 0);
    let mut depacketizer = H264Depacketizer::new(60_000);
    let mut sequence = SequenceNumber(60_000);
    let mut sent: std::collections::BTreeMap<u32, Vec<Vec<u8>>> = std::collections::BTreeMap::new();
    for n in 0..400u32 {
        let units = picture(&mut random, n % 10 == 0);
        let cut = packets(&units, 300);
        sent.insert(n * 3_000, units);
        for (payload, marker) in cut {
            sequence = sequence.advanced(1);
            if random.below(100) < 8 {
                continue;
            }
            depacketizer.push(sequence, n * 3_000, marker, &payload).unwrap();
            if random.below(20) == 0 {
                depacketizer.push(sequence, n * 3_000, marker, &payload).unwrap();
            }
            while let Some(unit) = depacketizer.next_unit() {
                let original = &sent[&unit.timestamp];
                let heard: Vec<_> = annex_b(unit.data).map(<[u8]>::to_vec).collect();
                assert!(heard.iter().all(|u| original.contains(u)), "a unit that nobody sent");
                if unit.complete {
                    assert_eq!(&heard, original);
                    whole += 1;
                } else {
                    damaged += 1;
                }
            }
        }
    }
    let counters = depacketizer.counters();
    assert!(whole > 100 && damaged > 50 && counters.lost > 100 && counters.late > 50, "{whole} {damaged} {counters:?}");
}

#[test]
fn a_lost_marker_is_made_up_by_the_next_timestamp() {
    let mut depacketizer = H264Depacketizer::new(1_000);
    let unit = |d: &mut H264Depacketizer| d.next_unit().map(|u| (u.timestamp, u.complete));
    depacketizer.push(SequenceNumber(1), 0, false, &[0x61, 1]).unwrap();
    assert_eq!(unit(&mut depacketizer), None);
    // Its last packet (2) is lost; 3 is the next picture, whole.
    depacketizer.push(SequenceNumber(3), 3_000, true, &[0x61, 2]).unwrap();
    assert_eq!(unit(&mut depacketizer), Some((0, false)));
    assert_eq!(unit(&mut depacketizer), Some((3_000, false)), "its start may be among what was lost");
    assert_eq!(unit(&mut depacketizer), None);
    depacketizer.push(SequenceNumber(4), 6_000, true, &[0x65, 2]).unwrap();
    assert_eq!(unit(&mut depacketizer), Some((6_000, true)));
}

#[test]
fn malformed_payloads_are_counted() {
    let mut depacketizer = H264Depacketizer::new(64);
    let bad: [&[u8]; 9] = [
        &[],
        &[0],
        &[30, 1],
        &[25, 0, 0, 0, 2, 1, 1],
        &[29, 0x85, 1],
        &[24, 0, 5, 1],
        &[24, 0, 2, 28, 1],
        &[28],
        &[28, 0xc5, 1],
    ];
    for (n, payload) in bad.iter().enumerate() {
        let outcome = depacketizer.push(SequenceNumber(n as u16), n as u32, true, payload);
        assert_eq!(outcome, Err(CodecFault::BadPayload), "{payload:?}");
        assert!(depacketizer.next_unit().is_none());
    }
    assert_eq!(depacketizer.counters().malformed, 9);
    assert_eq!(depacketizer.push(SequenceNumber(9), 9, true, &[0x61; 100]), Err(CodecFault::BadPayload), "too large");
    assert!(depacketizer.next_unit().is_none());
    depacketizer.push(SequenceNumber(10), 10, true, &[0x61; 20]).unwrap();
    assert!(depacketizer.next_unit().unwrap().complete);
}

#[test]
fn any_octets_keep_the_fuzz_invariants() {
    let mut random = Random(1);
    for length in 0..600 {
        let mut data: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        // Short packets of known types, so that something comes together.
        for i in (0..data.len().saturating_sub(4)).step_by(8) {
            (data[i + 1], data[i + 2]) = (6, [0x65, 24, 28, 28, 0x67][random.below(5) as usize]);
        }
        fuzz::h264(&data);
    }
}
