//! Pure: what phones say of themselves in SDP: one codec.

use super::sound::Codec;
use std::net::SocketAddr;

/// What a phone says of itself.
pub(super) fn description(codec: Codec, payload_type: u8, at: SocketAddr) -> String {
    let (ip, port, rtpmap) = (at.ip(), at.port(), codec.rtpmap());
    let family = if at.is_ipv4() { "IP4" } else { "IP6" };
    let fmtp = if codec == Codec::G729 { format!("a=fmtp:{payload_type} annexb=no\r\n") } else { String::new() };
    format!(
        "v=0\r\no=- 1 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP {payload_type}\r\n\
         a=rtpmap:{payload_type} {rtpmap}\r\n{fmtp}a=ptime:20\r\n"
    )
}

/// The payload type of a codec in an offer.
pub(super) fn payload_type(offer: &[u8], codec: Codec) -> Option<u8> {
    let name = codec.rtpmap().split('/').next()?;
    let offer = crate::sdp::read(offer).ok()?;
    let known = offer.audio.capabilities.codecs;
    known.iter().find(|known| known.name.to_string().eq_ignore_ascii_case(name)).map(|known| known.payload_type)
}
