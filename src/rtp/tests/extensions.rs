//! Pure: header extensions by RFC 8285, made by hand and by us.

use super::super::*;

/// A packet with that extension, of `sources` contributing sources.
fn packet(sources: u8, profile: u16, elements: &[u8]) -> Vec<u8> {
    let mut octets = vec![0; 12];
    write(&RtpHeader { payload_type: 111, ..RtpHeader::default() }, &[], &mut octets).unwrap();
    octets[0] |= 0x10 | sources;
    octets.extend(vec![0xee; 4 * usize::from(sources)]);
    octets.extend(profile.to_be_bytes());
    octets.extend((elements.len() as u16 / 4).to_be_bytes());
    octets.extend(elements);
    octets.extend(b"payload");
    octets
}

#[test]
fn elements_of_one_octet_of_head_are_found_between_others_and_padding() {
    // As in RFC 8285 section 4.2: one octet, two with padding, four.
    let elements = [0x10, 0xaa, 0x51, 0x12, 0x34, 0x00, 0x00, 0xe3, 1, 2, 3, 4];
    for sources in [0, 3] {
        let octets = packet(sources, 0xbede, &elements);
        assert_eq!(extension_element(&octets, 1), Some(&[0xaa][..]));
        assert_eq!(extension_element(&octets, 5), Some(&[0x12, 0x34][..]));
        assert_eq!(extension_element(&octets, 14), Some(&[1, 2, 3, 4][..]));
        assert_eq!(extension_element(&octets, 2), None);
        assert_eq!(extension_element(&octets, 0), None);
        assert_eq!(parse(&octets).unwrap().1, b"payload");
    }
    // 15 ends it, and so does what passes the end.
    assert_eq!(extension_element(&packet(0, 0xbede, &[0xf0, 0, 0x50, 7]), 5), None);
    assert_eq!(extension_element(&packet(0, 0xbede, &[0x10, 7, 0x51, 7]), 5), None);
    assert_eq!(extension_element(&packet(0, 0xabcd, &[0x50, 7, 0, 0]), 5), None, "of another kind");
}

#[test]
fn elements_of_two_octets_of_head_are_found() {
    let elements = [5, 0, 200, 2, 0x12, 0x34, 0, 15, 1, 9, 7, 3];
    for profile in [0x1000, 0x100f] {
        let octets = packet(1, profile, &elements);
        assert_eq!(extension_element(&octets, 5), Some(&[][..]));
        assert_eq!(extension_element(&octets, 200), Some(&[0x12, 0x34][..]));
        assert_eq!(extension_element(&octets, 15), Some(&[9][..]));
        assert_eq!(extension_element(&octets, 7), None, "it passes the end");
    }
}

#[test]
fn what_is_written_is_so_to_the_octet_and_read_again() {
    let header = RtpHeader { marker: true, payload_type: 111, sequence: 3, timestamp: 4, ssrc: 5 };
    let mut out = [0xaa; 60];
    let octets = write_extended(&header, (3, &[0x01, 0x02]), b"abc", &mut out).unwrap();
    let expected = [0x90, 0xef, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0xbe, 0xde, 0, 1, 0x31, 1, 2, 0, b'a', b'b', b'c'];
    assert_eq!(out[..octets], expected);
    let octets = write_extended(&header, (16, &[0x01, 0x02]), b"", &mut out).unwrap();
    assert_eq!(out[12..octets], [0x10, 0, 0, 1, 16, 2, 1, 2]);
    assert_eq!(parse(&out[..octets]), Ok((header, &[][..])));
    assert_eq!(write_extended(&header, (0, &[1]), b"", &mut out), Err(RtpFault::BadExtension));
    assert_eq!(write_extended(&header, (1, &[0; 256]), b"", &mut out), Err(RtpFault::BadExtension));
    assert_eq!(write_extended(&header, (1, &[0]), b"", &mut [0; 19]), Err(RtpFault::ShortOutput));
    let long = vec![0; MAX_PACKET - 19];
    assert_eq!(write_extended(&header, (1, &[0]), &long, &mut [0; MAX_PACKET + 10]), Err(RtpFault::TooLong));
    let rtcp = RtpHeader { payload_type: 72, ..header };
    assert_eq!(write_extended(&rtcp, (1, &[0]), b"", &mut [0; 40]), Err(RtpFault::BadPayloadType));
}
