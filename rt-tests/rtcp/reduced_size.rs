//! Feedback by itself (RFC 5506) in calls: alone in its datagram where that was negotiated, behind a report and a name where it was
//! not; taken either way.

use super::support::phone::{address, connect};
use super::{above, engine, known, packets, reports};
use media_core::rtp::rtcp::{Feedback, RtcpPacket};
use media_core::rtp::write_extended;
use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, RtcpParams};
use std::time::Duration;

const ID: u8 = 5;

/// How many packets each datagram has that brings transport-wide feedback, and each that brings none.
fn shapes(rtcp: RtcpParams) -> (Vec<usize>, Vec<usize>) {
    let mut engine = engine(MediaEngineConfig::default());
    let params = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp.transport_wide(Some(ID)));
    let (session, phone) = connect(&mut engine, 1, params);
    let mut header = phone.next;
    for number in 0..1_000_u16 {
        let mut datagram = [0; 180];
        let octets = write_extended(&header, (ID, &number.to_be_bytes()), &[0x55; 160], &mut datagram).unwrap();
        (header.sequence, header.timestamp) = (header.sequence.wrapping_add(1), header.timestamp.wrapping_add(160));
        let now = engine.now();
        engine.network.send(phone.address, phone.peer, &datagram[..octets], now);
        engine.run_for(Duration::from_millis(20));
    }
    assert!(known(&mut engine, &session).transport_feedback_out > 150);
    let came = reports(&mut engine, above(address(1)));
    let wide =
        |packet: &RtcpPacket<'_>| matches!(packet, RtcpPacket::Feedback { feedback: Feedback::TransportWide(_), .. });
    let (with, without): (Vec<_>, Vec<_>) =
        came.iter().map(|(_, datagram)| packets(datagram)).partition(|all| all.iter().any(wide));
    let count = |all: Vec<Vec<RtcpPacket<'_>>>| all.iter().map(Vec::len).collect();
    (count(with), count(without))
}

#[test]
fn feedback_goes_alone_where_that_was_negotiated() {
    let (alone, whole) = (shapes(RtcpParams::default().reduced_size(true)), shapes(RtcpParams::default()));
    assert!(alone.0.len() > 150 && alone.0.iter().all(|count| *count == 1), "{:?}", alone.0);
    assert!(whole.0.len() > 150 && whole.0.iter().all(|count| *count == 3), "{:?}", whole.0);
    // Reports have their name as ever.
    assert!(alone.1.len() > 2 && alone.1.iter().all(|count| *count >= 2), "{:?}", alone.1);
}
