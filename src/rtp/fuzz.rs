//! Pure: the bodies of the fuzz targets in `tools/fuzz`, kept here so that plain tests run them as well.
//!
//! A body takes any octets and panics where an invariant does not hold; nothing but the harnesses and the tests
//! calls it.

use super::{MAX_PACKET, MIN_HEADER, RtpFault, extension_element, parse, write, write_extended};

/// Reads `data` as a packet; what is accepted lies inside `data` and survives being written and read again, what is
/// refused is refused for the reason that `data` shows.
///
/// # Panics
/// Where that does not hold.
pub fn rtp(data: &[u8]) {
    for id in 0..=255 {
        let Some(element) = extension_element(data, id) else { continue };
        let (inside, part) = (data.as_ptr_range(), element.as_ptr_range());
        assert!(id > 0 && inside.start <= part.start && part.end <= inside.end, "element lies outside the packet");
        let mut out = [0; 400];
        let octets = write_extended(&Default::default(), (id, element), &[7], &mut out).expect("it was one already");
        assert_eq!(extension_element(&out[..octets], id), Some(element), "read, written, read again");
        assert_eq!(parse(&out[..octets]).map(|(_, payload)| payload), Ok(&[7][..]));
    }
    match parse(data) {
        Ok((header, payload)) => {
            assert!(data.len() <= MAX_PACKET && data[0] >> 6 == 2);
            assert!(header.payload_type <= 127);
            let sources = 4 * usize::from(data[0] & 0x0f);
            assert!(MIN_HEADER + sources + payload.len() <= data.len());
            let inside = data.as_ptr_range();
            let part = payload.as_ptr_range();
            assert!(inside.start <= part.start && part.end <= inside.end, "payload lies outside the packet");

            let mut out = [0xaa; MAX_PACKET];
            match write(&header, payload, &mut out) {
                Ok(length) => {
                    assert_eq!(length, MIN_HEADER + payload.len());
                    assert_eq!(parse(&out[..length]), Ok((header, payload)), "read, written, read again");
                    assert!(out[length..].iter().all(|&octet| octet == 0xaa), "written past the length returned");
                    // Where nothing had to be left out, the octets themselves come back.
                    if data[0] == 0x80 {
                        assert_eq!(&out[..length], data);
                    }
                    let mut short = [0xaa; MAX_PACKET];
                    assert_eq!(write(&header, payload, &mut short[..length - 1]), Err(RtpFault::ShortOutput));
                    assert!(short.iter().all(|&octet| octet == 0xaa), "a refused write left a trace");
                }
                Err(fault) => {
                    assert_eq!(fault, RtpFault::BadPayloadType);
                    assert!((64..=95).contains(&header.payload_type));
                }
            }
        }
        Err(fault) => refused(data, fault),
    }
}

/// The reason given must be one that `data` shows.
pub(super) fn refused(data: &[u8], fault: RtpFault) {
    assert_eq!(RtpFault::ALL[fault.index()], fault);
    let first = data.first().copied();
    let shown = match fault {
        RtpFault::Empty => data.is_empty(),
        RtpFault::TooLong => data.len() > MAX_PACKET,
        RtpFault::TooShort => data.len() < MIN_HEADER,
        RtpFault::BadVersion => first.is_some_and(|octet| octet >> 6 != 2),
        RtpFault::Stun => first.is_some_and(|octet| octet < 4),
        RtpFault::Dtls => first.is_some_and(|octet| (20..64).contains(&octet)),
        RtpFault::Rtcp => data.get(1).is_some_and(|octet| (192..=223).contains(octet)),
        RtpFault::BadCsrc => data.len() < MIN_HEADER + 4 * usize::from(data[0] & 0x0f),
        RtpFault::BadExtension => data[0] & 0x10 != 0,
        RtpFault::KeepAlive => !data.is_empty() && data[0] >> 6 != 2,
        RtpFault::BadPayloadType | RtpFault::ShortOutput => false,
    };
    assert!(shown, "{fault:?} of {data:02x?}");
}

/// Reads `data` as RTCP: it ends, what is read lies in `data`, and reports are what they are when written again.
///
/// # Panics
/// Where that does not hold.
pub fn rtcp(data: &[u8]) {
    use super::rtcp::{Feedback, RtcpPacket, RtcpWriter, nacked, read};
    let mut packets = 0;
    for packet in read(data) {
        packets += 1;
        let Ok(packet) = packet else { continue };
        match packet {
            RtcpPacket::ReceiverReport { ssrc, blocks } => {
                let blocks: Vec<_> = blocks.collect();
                let mut room = [0; 800];
                let octets = RtcpWriter::new(&mut room).receiver_report(ssrc, &blocks).finish().expect("it fits");
                let again = read(&room[..octets]).next();
                let Some(Ok(RtcpPacket::ReceiverReport { ssrc: written, blocks: kept })) = again else {
                    panic!("{again:?}")
                };
                assert_eq!((written, kept.collect::<Vec<_>>()), (ssrc, blocks));
            }
            RtcpPacket::SenderReport { blocks, .. } => assert!(blocks.count() <= 31),
            RtcpPacket::Extended { blocks, .. } => assert!(blocks.count() <= data.len() / 4),
            RtcpPacket::Feedback { ssrc, media, feedback: Feedback::Nack(pairs) } => {
                let mut numbers: Vec<u16> = nacked(pairs).collect();
                assert!(numbers.len() <= pairs.len() / 4 * 17);
                numbers.truncate(100);
                let mut room = [0; 500];
                let octets = RtcpWriter::new(&mut room).nack(ssrc, media, &numbers).finish().expect("it fits");
                let again = read(&room[..octets]).next();
                let Some(Ok(RtcpPacket::Feedback { feedback: Feedback::Nack(written), .. })) = again else {
                    panic!("{again:?}")
                };
                assert!(nacked(written).eq(numbers), "read, written, read again");
            }
            RtcpPacket::Feedback { feedback: Feedback::TransportWide(text), .. } => transport_feedback(text),
            _ => {}
        }
    }
    assert!(packets <= data.len().div_ceil(4));
}

/// Feedback that can be read tells of as many packets as it says, and is the same when written again.
fn transport_feedback(text: &[u8]) {
    use super::rtcp::{Feedback, RtcpPacket, RtcpWriter, TransportArrivals, TransportFeedback, read};
    let Ok(feedback) = TransportFeedback::read(text) else { return };
    let arrivals: Vec<_> = feedback.packets().collect();
    assert_eq!(arrivals.len(), usize::from(feedback.packet_count()));
    assert_eq!(arrivals.first().map(|(sequence, _)| *sequence), Some(feedback.base_sequence()));
    assert!(arrivals.iter().filter(|(_, arrival)| arrival.is_some()).count() <= text.len());
    let reference_time = text.get(4..7).map_or(0, |time| u32::from_be_bytes([0, time[0], time[1], time[2]]));
    let mut before = i64::from((reference_time << 8) as i32 >> 8) * 256;
    let delta =
        |arrival: i64| i16::try_from(arrival - std::mem::replace(&mut before, arrival)).expect("as it was read");
    let deltas: Vec<_> =
        arrivals.iter().map(|(_, arrival)| *arrival).scan(delta, |delta, arrival| Some(arrival.map(delta))).collect();
    let told = TransportArrivals {
        base_sequence: feedback.base_sequence(),
        reference_time,
        number: feedback.number(),
        deltas: &deltas,
    };
    let mut room = vec![0; 40 + 3 * text.len() + 2 * arrivals.len()];
    let octets = RtcpWriter::new(&mut room).transport_feedback(1, 2, &told).finish().expect("it fits");
    let Some(Ok(RtcpPacket::Feedback { feedback: Feedback::TransportWide(again), .. })) = read(&room[..octets]).next()
    else {
        panic!("not read again")
    };
    let again = TransportFeedback::read(again).expect("it is ours");
    assert!(again.packets().eq(arrivals), "read, written, read again");
}
