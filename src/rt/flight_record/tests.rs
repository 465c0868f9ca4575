use super::*;

fn header() -> PacketHeader {
    let key = crate::types::LegKey { index: 7, generation: 3 }.into();
    let time = MediaTime::from_millis(20);
    PacketHeader { key, time, timestamp: 160, ssrc: 9, sequence: 65_535, payload_type: 8, marker: true }
}

#[test]
fn a_digest_tells_any_octet_and_any_field() {
    let payload: Vec<u8> = (0..161).collect();
    let of = |header: &PacketHeader, payload: &[u8]| SentPacket::new(7, header, payload).digest;
    let whole = of(&header(), &payload);
    for n in 0..payload.len() {
        let mut other = payload.clone();
        other[n] ^= 1;
        assert_ne!(of(&header(), &other), whole, "{n}");
    }
    // Zeros at the end are not the same as none.
    assert_ne!(of(&header(), &[0; 31]), of(&header(), &[0; 32]));
    let others = [
        PacketHeader { timestamp: 161, ..header() },
        PacketHeader { ssrc: 8, ..header() },
        PacketHeader { sequence: 0, ..header() },
        PacketHeader { payload_type: 0, ..header() },
        PacketHeader { marker: false, ..header() },
    ];
    assert!(others.iter().all(|other| of(other, &payload) != whole));
}

#[test]
fn words_of_any_kind_are_a_record_or_none() {
    // Whatever stands in a file: no panic, and no record that is longer than what is there.
    let mut random = 1_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random ^ random >> 33
    };
    for _ in 0..200_000 {
        let mut words: Vec<u64> = (0..next() % 12).map(|_| next()).collect();
        if let Some(first) = words.first_mut() {
            *first = FlightHead::word((next() % 7) as u8, next() % 2 == 0, (next() % 14) as usize, next() as u32);
        }
        if words.len() > 4 && next() % 2 == 0 {
            words[4] = (next() % 64) << 32;
        }
        if let Some((_, length)) = FlightRecord::first(&words) {
            assert!(length > 0 && length <= words.len());
        }
    }
}
