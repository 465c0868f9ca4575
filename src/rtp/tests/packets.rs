//! Pure: packets by hand: each field, each fault.

use super::super::{MAX_PACKET, MIN_HEADER, RtpFault, RtpHeader, parse, write};
use super::random::Random;

const PLAIN: [u8; 14] = [0x80, 0x88, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02, 0x03, 0x04, 0xaa, 0xbb];

fn header() -> RtpHeader {
    RtpHeader { marker: true, payload_type: 8, sequence: 0x1234, timestamp: 0xdead_beef, ssrc: 0x0102_0304 }
}

/// A whole packet with every optional part: `csrcs` sources, an extension of `words`, `padding` octets of padding.
fn full(header: &RtpHeader, csrcs: u8, words: Option<u16>, payload: &[u8], padding: Option<u8>) -> Vec<u8> {
    let mut packet = vec![0x80 | csrcs, u8::from(header.marker) << 7 | header.payload_type];
    packet[0] |= if words.is_some() { 0x10 } else { 0 } | if padding.is_some() { 0x20 } else { 0 };
    packet.extend(header.sequence.to_be_bytes());
    packet.extend(header.timestamp.to_be_bytes());
    packet.extend(header.ssrc.to_be_bytes());
    packet.extend((0..4 * csrcs).map(|n| 0xc0 | n & 0x0f));
    if let Some(words) = words {
        packet.extend([0xbe, 0xde]);
        packet.extend(words.to_be_bytes());
        packet.extend((0..4 * words).map(|_| 0xee));
    }
    packet.extend(payload);
    if let Some(count) = padding {
        packet.extend((1..count).map(|_| 0));
        packet.push(count);
    }
    packet
}

#[test]
fn reads_each_field_from_its_place() {
    assert_eq!(parse(&PLAIN), Ok((header(), &PLAIN[12..])));
}

#[test]
fn writes_the_octets_of_rfc_3550() {
    let mut out = [0; 20];
    assert_eq!(write(&header(), &[0xaa, 0xbb], &mut out), Ok(14));
    assert_eq!(out[..14], PLAIN);
    assert_eq!(out[14..], [0; 6]);
}

#[test]
fn a_packet_without_payload_is_a_packet() {
    assert_eq!(parse(&PLAIN[..12]), Ok((header(), &[][..])));
    let mut out = [0; MIN_HEADER];
    assert_eq!(write(&header(), &[], &mut out), Ok(12));
}

#[test]
fn any_header_and_payload_come_back_as_written() {
    let mut random = Random(1);
    let mut payload = [0; MAX_PACKET - MIN_HEADER];
    let mut out = [0; MAX_PACKET];
    for _ in 0..20_000 {
        let bits = random.next();
        let header = RtpHeader {
            marker: bits & 1 != 0,
            payload_type: [bits as u8 >> 2, 96 | (bits as u8 >> 3)][(bits >> 9 & 1) as usize],
            sequence: (bits >> 10) as u16,
            timestamp: (bits >> 26) as u32,
            ssrc: random.next() as u32,
        };
        let length = random.below(payload.len() + 1);
        random.fill(&mut payload[..length]);
        let written = write(&header, &payload[..length], &mut out).unwrap();
        assert_eq!(written, MIN_HEADER + length);
        assert_eq!(parse(&out[..written]), Ok((header, &payload[..length])));
    }
}

#[test]
fn skips_sources_extension_and_padding() {
    for csrcs in 0..=15 {
        for words in [None, Some(0), Some(1), Some(7), Some(200)] {
            for padding in [None, Some(1), Some(4), Some(255)] {
                for payload in [&[][..], &[7], &[1, 2, 3, 4, 5]] {
                    let packet = full(&header(), csrcs, words, payload, padding);
                    assert_eq!(parse(&packet), Ok((header(), payload)), "{csrcs} {words:?} {padding:?}");
                }
            }
        }
    }
}

#[test]
fn a_truncated_header_names_the_part_that_is_cut() {
    let packet = full(&header(), 2, Some(3), &[1, 2, 3], None);
    for length in 0..packet.len() {
        let expected = match length {
            0 => Err(RtpFault::Empty),
            1..=11 => Err(RtpFault::TooShort),
            12..=19 => Err(RtpFault::BadCsrc),
            20..=35 => Err(RtpFault::BadExtension),
            _ => Ok((header(), &packet[36..length])),
        };
        assert_eq!(parse(&packet[..length]), expected, "{length}");
    }
}

/// A count of 0 is one octet; one that cannot be obeyed is taken as none, and the whole rest is payload.
#[test]
fn padding_is_taken_off_where_its_count_can_be_obeyed() {
    for csrcs in [0, 3] {
        for words in [None, Some(2)] {
            let mut packet = full(&header(), csrcs, words, &[9, 9], Some(2));
            let last = packet.len() - 1;
            for (count, octets) in [(0, 3), (1, 3), (3, 1), (4, 0), (5, 4), (255, 4)] {
                packet[last] = count;
                assert_eq!(parse(&packet).unwrap().1.len(), octets, "count {count}");
            }
            // Padding announced, and not an octet after the header to hold its count.
            let bare = packet.len() - 4;
            assert_eq!(parse(&packet[..bare]).unwrap().1, b"");
        }
    }
}

#[test]
fn keep_alives_are_told_from_rubbish_and_from_stun() {
    let indication = [0, 0x11, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let version_0 = [0, 20, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4];
    for keep_alive in [&[0][..], &[0xff], &[0; 4], b"\r\n\r\n", b"\r\n", &indication, &version_0] {
        assert_eq!(parse(keep_alive), Err(RtpFault::KeepAlive), "{keep_alive:02x?}");
    }
    let mut request = indication;
    request[1] = 1;
    assert_eq!(parse(&request), Err(RtpFault::Stun), "somebody waits for an answer");
    assert_eq!(parse(&[0x80, 0, 0, 1]), Err(RtpFault::TooShort));
    assert_eq!(parse(&[22, 0xfe, 0xfd, 0, 0]), Err(RtpFault::Dtls));
    assert!(RtpFault::Empty.is_keep_alive() && RtpFault::KeepAlive.is_keep_alive() && !RtpFault::Stun.is_keep_alive());
}

#[test]
fn an_extension_of_65535_words_is_refused() {
    let mut packet = full(&header(), 0, Some(1), &[0; 1000], None);
    packet[14..16].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(parse(&packet), Err(RtpFault::BadExtension));
}

#[test]
fn first_octets_tell_the_protocols_apart() {
    for first in 0..=255 {
        for second in 0..=255 {
            let mut packet = PLAIN;
            packet[..2].copy_from_slice(&[first, second]);
            let found = parse(&packet).err();
            match first {
                0..=3 => assert_eq!(found, Some(RtpFault::Stun)),
                20..=63 => assert_eq!(found, Some(RtpFault::Dtls)),
                128..=191 if (192..=223).contains(&second) => assert_eq!(found, Some(RtpFault::Rtcp)),
                128 => assert_eq!(found, None),
                129..=191 => assert!(!matches!(found, Some(RtpFault::Rtcp | RtpFault::BadVersion))),
                _ => assert_eq!(found, Some(RtpFault::BadVersion)),
            }
        }
    }
    // An RTCP receiver report without blocks is shorter than an RTP header, and RTCP all the same.
    assert_eq!(parse(&[0x80, 201, 0, 1, 0, 0, 0, 1]), Err(RtpFault::Rtcp));
}

#[test]
fn the_limit_is_9000_octets_both_ways() {
    let mut packet = [0; MAX_PACKET + 1];
    packet[..12].copy_from_slice(&PLAIN[..12]);
    assert_eq!(parse(&packet).err(), Some(RtpFault::TooLong));
    assert_eq!(parse(&packet[..MAX_PACKET]).unwrap().1.len(), MAX_PACKET - MIN_HEADER);
    // Too long is said before anything is read.
    assert_eq!(parse(&[0xff; 65_535]), Err(RtpFault::TooLong));

    let payload = [1; MAX_PACKET];
    let mut out = [0; 2 * MAX_PACKET];
    assert_eq!(write(&header(), &payload[..MAX_PACKET - 12], &mut out), Ok(MAX_PACKET));
    assert_eq!(write(&header(), &payload[..MAX_PACKET - 11], &mut out), Err(RtpFault::TooLong));
}

#[test]
fn a_refused_write_leaves_the_output_alone() {
    let mut out = [0x55; 13];
    assert_eq!(write(&header(), &[1, 2], &mut out), Err(RtpFault::ShortOutput));
    assert_eq!(write(&header(), &[], &mut []), Err(RtpFault::ShortOutput));
    for payload_type in 0..=255 {
        let refused = payload_type > 127 || (64..=95).contains(&payload_type);
        for marker in [false, true] {
            let header = RtpHeader { payload_type, marker, ..header() };
            if refused {
                assert_eq!(write(&header, &[1], &mut out), Err(RtpFault::BadPayloadType));
                assert_eq!(out, [0x55; 13]);
            } else {
                let mut out = [0; 13];
                write(&header, &[1], &mut out).unwrap();
                assert_eq!(parse(&out), Ok((header, &[1][..])));
            }
        }
    }
}

#[test]
fn kinds_count_themselves() {
    let mut counts = [0u64; RtpFault::ALL.len()];
    for (place, kind) in RtpFault::ALL.into_iter().enumerate() {
        assert_eq!(kind.index(), place);
        counts[kind.index()] += 1;
        assert!(!kind.to_string().is_empty());
    }
    assert_eq!(counts, [1; RtpFault::ALL.len()]);
}
