//! Generic NACKs of protected sessions: what is sent again is the same to the bit, and nothing that left plain leaves again.

use super::*;
use crate::support::phone::{Phone, connect, pcmu};
use media_core::RtcpParams;
use media_core::rtp::rtcp::RtcpWriter;
use std::net::SocketAddr;

/// The other party of the call says so many packets.
fn says(engine: &mut VirtualEngine, other: &mut Phone, packets: u32) {
    for n in 0..packets {
        let now = engine.now();
        other.send(&mut engine.network, now, &payload(n));
        engine.run_for(Duration::from_millis(20));
    }
}

/// A request for the packet that this is, by its SSRC and number.
fn request(packet: &[u8]) -> Vec<u8> {
    let (ssrc, number) = (u32::from_be_bytes(packet[8..12].try_into().unwrap()), [packet[2], packet[3]]);
    let mut room = [0; 100];
    let writer = RtcpWriter::new(&mut room).receiver_report(9, &[]).cname(9, b"phone");
    let length = writer.nack(9, ssrc, &[u16::from_be_bytes(number)]).finish().unwrap();
    room[..length].to_vec()
}

/// The phone's protected request for a packet; how often it has it then.
fn asks(engine: &mut VirtualEngine, phone: &mut SrtpPhone, other: &mut Phone, packet: &[u8]) -> usize {
    let request = phone.report(&request(packet));
    let above = |rtp: SocketAddr| SocketAddr::new(rtp.ip(), rtp.port() + 1);
    let now = engine.now();
    engine.network.send(above(phone.plain.address), above(phone.plain.peer), &request, now);
    says(engine, other, 5);
    phone.listen(engine);
    phone.raw.iter().filter(|raw| *raw == packet).count()
}

fn nack() -> RtcpParams {
    RtcpParams::default().nack(true)
}

#[test]
fn what_is_sent_again_is_what_was_sent() {
    for suite in SrtpSuite::ALL {
        let mut engine = engine(MediaEngineConfig::default());
        let (session, mut phone) = SrtpPhone::connect(&mut engine, 1, suite, protected(suite).rtcp(nack()));
        let (b, mut other) = pcmu(&mut engine, 2);
        let bridge = engine.handle().bridge(&session, &b);
        done(&mut engine, bridge);
        says(&mut engine, &mut other, 50);
        phone.listen(&mut engine);
        let wanted = phone.raw[phone.raw.len() - 3].clone();
        assert_eq!(asks(&mut engine, &mut phone, &mut other, &wanted), 2, "{suite}");
        // Who had it refuses it as one that came twice: the same index, and the same octets.
        assert_eq!(phone.refused.len(), 1, "{suite}: {:?}", phone.refused);
        assert_eq!(done(&mut engine, session.rtcp_statistics()).resent, 1);
    }
}

#[test]
fn what_left_plain_does_not_leave_again_once_it_is_protected() {
    let suite = SrtpSuite::ALL[0];
    let mut engine = engine(MediaEngineConfig::default());
    let plain = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(nack());
    let (session, one) = connect(&mut engine, 1, plain);
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridge = engine.handle().bridge(&session, &b);
    done(&mut engine, bridge);
    says(&mut engine, &mut other, 50);
    let mut phone = SrtpPhone::of(one, suite);
    let sent = std::iter::from_fn(|| engine.network.receive(phone.plain.address)).last().unwrap().octets;
    done(&mut engine, session.update(protected(suite).rtcp(nack()).remote(phone.plain.address)));
    assert_eq!(asks(&mut engine, &mut phone, &mut other, &sent), 0);
    let told = done(&mut engine, session.rtcp_statistics());
    assert_eq!((told.nacks_in, told.resent, told.not_resent), (1, 0, 1));
}
