//! I/O: as much of SIP as it takes to be called (RFC 3261): an INVITE is answered with the codec of the case, everything else
//! but ACK with 200. No transaction is kept; a request that is sent again is answered again.

use crate::sdp::{self, Audio, Description, Identity};
use media_core::codec::{CapabilityList, CodecCapability, CodecName};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// What an INVITE told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Where the caller takes RTP.
    pub remote: SocketAddr,
    /// The payload types of codec and telephone events in the offer.
    pub payload_types: (u8, u8),
}

/// The offer in an INVITE for `codec`.
#[must_use]
pub fn offer(invite: &str, codec: &str) -> Option<Offer> {
    let audio = description(invite)?.audio;
    let [codec, events] = taken(&audio, codec)?;
    Some(Offer { remote: audio.at?, payload_types: (codec.payload_type, events.payload_type) })
}

/// A message's head and body.
fn parts(message: &str) -> Option<(&str, &str)> {
    message.split_once("\r\n\r\n").or_else(|| message.split_once("\n\n"))
}

fn description(invite: &str) -> Option<Description> {
    sdp::read(parts(invite)?.1.as_bytes()).ok()
}

/// The codec of the case and telephone events, as they are offered.
fn taken(audio: &Audio, codec: &str) -> Option<[CodecCapability; 2]> {
    let offered = |name: &CodecName| audio.capabilities.codecs.iter().find(|one| one.name == *name).cloned();
    let events = || CodecCapability::new(101, CodecName::TelephoneEvent, 8_000, 1);
    Some([offered(&CodecName::parse(codec))?, offered(&CodecName::TelephoneEvent).unwrap_or_else(events)])
}

/// The answer to a request; `local` is where RTP is taken.
#[must_use]
pub fn answer(request: &str, sip: u16, local: u16, codec: &str) -> Option<String> {
    let (head, _) = parts(request)?;
    if head.starts_with("ACK") || head.starts_with("SIP/2.0") {
        return None;
    }
    let kept = ["via:", "from:", "to:", "call-id:", "cseq:", "record-route:"];
    let mut reply = "SIP/2.0 200 OK\r\n".to_owned();
    for line in head.lines().skip(1).filter(|line| kept.iter().any(|name| line.to_lowercase().starts_with(name))) {
        let tag = if line.to_lowercase().starts_with("to:") && !line.contains("tag=") { ";tag=us" } else { "" };
        reply += &format!("{}{tag}\r\n", line.trim_end());
    }
    let offered = description(request).filter(|_| head.starts_with("INVITE"));
    let body = offered.and_then(|offered| {
        let list = CapabilityList::audio(taken(&offered.audio, codec)?.to_vec());
        let address = Ipv4Addr::LOCALHOST.into();
        let ours = Audio::new(list, SocketAddr::new(address, local));
        Some(sdp::answer(&offered, Identity { session: 1, version: 1, address }, &ours))
    });
    let body = body.unwrap_or_default();
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    reply += &format!("Contact: <sip:us@127.0.0.1:{sip}>\r\n{kind}Content-Length: {}\r\n\r\n{body}", body.len());
    Some(reply)
}

/// Answers what waits at `socket`; the first offer is returned once.
///
/// # Errors
/// The socket's.
pub fn poll(socket: &UdpSocket, local: u16, codec: &str) -> std::io::Result<Option<Offer>> {
    let (mut octets, mut found) = ([0; 4_000], None);
    while let Ok((length, from)) = socket.recv_from(&mut octets) {
        let request = String::from_utf8_lossy(&octets[..length]).into_owned();
        if request.starts_with("INVITE") {
            found = offer(&request, codec);
        }
        if let Some(reply) = answer(&request, socket.local_addr()?.port(), local, codec) {
            socket.send_to(reply.as_bytes(), from)?;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{answer, offer};

    const INVITE: &str = "INVITE sip:us@127.0.0.1:9 SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=b\r\nTo: <sip:us@c>\r\nFrom: \
        <sip:d@e>;tag=f\r\nCall-ID: g\r\nCSeq: 7 INVITE\r\n\r\nv=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\n\
        c=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 98 99\r\n\
        a=rtpmap:98 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:99 telephone-event/8000\r\n";

    #[test]
    fn an_invite_is_answered_and_an_ack_is_not() {
        let found = offer(INVITE, "opus").unwrap();
        assert_eq!((found.remote.to_string().as_str(), found.payload_types), ("127.0.0.2:4000", (98, 99)));
        assert_eq!(offer(INVITE, "G722"), None);
        let reply = answer(INVITE, 5060, 6000, "opus").unwrap();
        for part in
            ["To: <sip:us@c>;tag=us\r\n", "CSeq: 7 INVITE\r\n", "m=audio 6000 RTP/AVP 98 99\r\n", "98 opus/48000/2"]
        {
            assert!(reply.contains(part), "{reply}");
        }
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(reply.contains(&format!("Content-Length: {}\r\n", body.len())));
        assert_eq!(answer(&INVITE.replace("INVITE", "ACK"), 1, 2, "opus"), None);
        assert!(answer(&INVITE.replace("INVITE", "BYE"), 1, 2, "opus").unwrap().ends_with("Content-Length: 0\r\n\r\n"));
    }
}
