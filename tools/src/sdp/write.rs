//! Pure: what the engine negotiated, to a session description as text.

use super::{Audio, Description, SdpError, Stream, dtls};
use media_core::Direction;
use media_core::codec::CapabilityList;
use sdp_types::{Attribute, Connection, Media, Origin, Session, Time};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Who describes, and which of its descriptions of one session this is (RFC 3264 section 8: the version grows with each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// A number of the session's own.
    pub session: u64,
    /// Of this description.
    pub version: u64,
    /// Our address.
    pub address: IpAddr,
}

/// An offer of one audio stream, over SRTP where it has keys.
#[must_use]
pub fn offer(identity: Identity, audio: &Audio) -> String {
    let proto = match audio {
        Audio { dtls: Some(_), ice: Some(_), .. } => "UDP/TLS/RTP/SAVPF",
        Audio { dtls: Some(_), feedback, .. } if !feedback.is_empty() => "UDP/TLS/RTP/SAVPF",
        Audio { dtls: Some(_), .. } => "UDP/TLS/RTP/SAVP",
        Audio { crypto, feedback, .. } => match (crypto.is_empty(), feedback.is_empty()) {
            (true, true) => "RTP/AVP",
            (true, false) => "RTP/AVPF",
            (false, true) => "RTP/SAVP",
            (false, false) => "RTP/SAVPF",
        },
    };
    text(identity, audio, vec![media(audio, proto)])
}

/// The answer to an offer: the audio stream as it was negotiated, and every other refused.
#[must_use]
pub fn answer(offered: &Description, identity: Identity, audio: &Audio) -> String {
    // Shared only where the other shares it; and of feedback what both have.
    let (rtcp_mux, mid) = (audio.rtcp_mux && offered.audio.rtcp_mux, offered.audio.mid.clone());
    let feedback = audio.feedback.agreed(&offered.audio.feedback);
    let audio = Audio { rtcp_mux, mid, feedback, ..audio.clone() };
    let streams = offered.streams.iter().map(|stream| match stream.is_the_audio {
        true => media(&audio, &stream.proto),
        false => refused(stream),
    });
    text(identity, &audio, streams.collect())
}

/// The answer to an offer of which nothing is taken.
#[must_use]
pub fn refuse(offered: &Description, identity: Identity) -> String {
    text(identity, &offered.audio, offered.streams.iter().map(refused).collect())
}

impl Description {
    /// Checks that this is an answer to an offer of so many streams.
    ///
    /// # Errors
    /// [`SdpError::Streams`].
    pub fn answers(&self, offered: usize) -> Result<(), SdpError> {
        match self.streams.len() {
            got if got == offered => Ok(()),
            got => Err(SdpError::Streams { got, offered }),
        }
    }
}

fn text(identity: Identity, audio: &Audio, medias: Vec<Media>) -> String {
    let Identity { session, version, address } = identity;
    let mut description = Session::new(Origin::with_ip_addr(session, version, address), "-");
    description.connection = Some(Connection::from_ip_addr(address));
    description.times = vec![Time::new(0, 0)];
    if audio.ice.as_ref().is_some_and(|ice| ice.lite) {
        description.attributes = vec![Attribute::new("ice-lite")];
    }
    description.medias = medias;
    let mut octets = Vec::new();
    // Into memory nothing fails.
    let _ = description.write(&mut octets);
    String::from_utf8_lossy(&octets).into_owned()
}

fn refused(stream: &Stream) -> Media {
    let mut media = Media::new(sdp_types::MediaType::Audio, 0, stream.proto.as_str().into(), &stream.formats);
    media.media.clone_from(&stream.media);
    media
}

fn media(audio: &Audio, proto: &str) -> Media {
    let at = audio.at.unwrap_or(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 9));
    let list = &audio.capabilities;
    let numbers: Vec<_> = list.codecs.iter().map(|codec| codec.payload_type.to_string()).collect();
    let mut media = Media::new(sdp_types::MediaType::Audio, at.port(), proto.into(), numbers.join(" "));
    media.connections = vec![Connection::from_ip_addr(at.ip())];
    media.attributes = audio.mid.iter().map(|mid| Attribute::with_value("mid", mid)).collect();
    media.attributes.extend(attributes(list));
    media.attributes.extend(dtls::attributes(audio.dtls.as_ref(), audio.ice.as_ref(), at));
    media.attributes.extend(audio.rtcp_port.map(|port| Attribute::with_value("rtcp", port)));
    media.attributes.extend(audio.rtcp_mux.then(|| Attribute::new("rtcp-mux")));
    media.attributes.extend(audio.feedback.attributes());
    media.attributes.extend(audio.crypto.iter().map(|crypto| Attribute::with_value("crypto", crypto)));
    media.attributes.push(Attribute::new(match audio.direction {
        Direction::SendReceive => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::ReceiveOnly => "recvonly",
        Direction::Inactive => "inactive",
    }));
    media
}

fn attributes(list: &CapabilityList) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for codec in &list.codecs {
        // Its line: the number, and what that is.
        attributes.push(Attribute::with_value("rtpmap", codec));
        if !codec.fmtp.is_empty() {
            attributes.push(Attribute::with_value("fmtp", format!("{} {}", codec.payload_type, codec.fmtp)));
        }
    }
    attributes.extend(list.ptime_ms.map(|ms| Attribute::with_value("ptime", ms)));
    attributes.extend(list.maxptime_ms.map(|ms| Attribute::with_value("maxptime", ms)));
    attributes
}
