//! Pure: a session description as text, to what the engine negotiates.

use super::{Audio, Crypto, Description, Feedback, SdpError, Stream, dtls};
use media_core::Direction;
use media_core::codec::{CapabilityList, CodecCapability};
use sdp_types::{Attribute, Connection, Media, Session};
use std::net::{IpAddr, SocketAddr};

/// More than this no message of SIP carries.
const LONGEST: usize = 65_536;

/// Reads a description.
///
/// # Errors
/// [`SdpError`].
pub fn read(text: &[u8]) -> Result<Description, SdpError> {
    if text.len() > LONGEST {
        return Err(SdpError::TooLong(text.len()));
    }
    let session = Session::parse(text).map_err(|fault| SdpError::Syntax(fault.to_string()))?;
    let usable = |media: &&Media| media.media == "audio" && media.port != 0;
    let audios = || session.medias.iter().filter(usable);
    // One over SRTP goes before one over RTP that is offered beside it, if we can speak it.
    let shakes = |media: &Media| matches!(dtls::read(&session, media), Ok(Some(_)));
    let keyed = |media: &Media| !crypto(media).0.is_empty() || shakes(media);
    let secure = audios().find(|media| (is_srtp(&media.proto) || is_dtls(&media.proto)) && keyed(media));
    let chosen = secure.or_else(|| audios().find(|media| is_plain(&media.proto))).or_else(|| audios().next());
    let chosen = chosen.ok_or(SdpError::NoAudio)?;
    if is_dtls(&chosen.proto) && dtls::read(&session, chosen)?.is_none() {
        return Err(SdpError::Dtls("no a=fingerprint line".to_owned()));
    }
    match crypto(chosen) {
        _ if !is_plain(&chosen.proto) && !is_srtp(&chosen.proto) && !is_dtls(&chosen.proto) => {
            return Err(SdpError::Transport(chosen.proto.clone()));
        }
        (usable, first) if is_srtp(&chosen.proto) && usable.is_empty() && !shakes(chosen) => {
            return Err(first.unwrap_or_else(|| SdpError::Crypto("no a=crypto line".to_owned())));
        }
        _ => {}
    }
    let stream = |media: &Media| Stream {
        media: media.media.clone(),
        proto: media.proto.clone(),
        formats: media.fmt.clone(),
        is_the_audio: std::ptr::eq(media, chosen),
    };
    Ok(Description { audio: audio(&session, chosen)?, streams: session.medias.iter().map(stream).collect() })
}

fn is_plain(proto: &str) -> bool {
    ["RTP/AVP", "RTP/AVPF"].iter().any(|known| proto.eq_ignore_ascii_case(known))
}

fn is_dtls(proto: &str) -> bool {
    ["UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"].iter().any(|known| proto.eq_ignore_ascii_case(known))
}

fn is_srtp(proto: &str) -> bool {
    ["RTP/SAVP", "RTP/SAVPF"].iter().any(|known| proto.eq_ignore_ascii_case(known))
}

/// The keys of a stream that are spoken, in their order, and why the first of the others is not. RFC 8643 has them beside
/// RTP/AVP, too.
fn crypto(media: &Media) -> (Vec<Crypto>, Option<SdpError>) {
    let mut refused = None;
    let mut usable = Vec::new();
    for line in values(&media.attributes, "crypto") {
        match Crypto::read(line) {
            Ok(crypto) => usable.push(crypto),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    (usable, refused)
}

fn audio(session: &Session, media: &Media) -> Result<Audio, SdpError> {
    let connection = media.connections.first().or(session.connection.as_ref()).ok_or(SdpError::NoAddress)?;
    let ip = address(connection)?;
    let rtcp = value(&media.attributes, "rtcp").and_then(|text| text.split_ascii_whitespace().next()?.parse().ok());
    Ok(Audio {
        capabilities: capabilities(media)?,
        at: (!ip.is_unspecified()).then_some(SocketAddr::new(ip, media.port)),
        direction: direction(&media.attributes).or(direction(&session.attributes)).unwrap_or_default(),
        rtcp_mux: media.attributes.iter().any(|attribute| attribute.attribute == "rtcp-mux"),
        rtcp_port: rtcp,
        feedback: Feedback::read(media),
        crypto: if is_dtls(&media.proto) { Vec::new() } else { crypto(media).0 },
        dtls: if is_plain(&media.proto) { None } else { dtls::read(session, media)? },
        ice: dtls::read_ice(session, media)?,
        mid: value(&media.attributes, "mid").map(str::to_owned),
    })
}

fn address(connection: &Connection) -> Result<IpAddr, SdpError> {
    let text = connection.connection_address.as_str();
    let address: Option<IpAddr> = text.parse().ok();
    address.filter(|ip| !ip.is_multicast()).ok_or_else(|| SdpError::Address(text.to_owned()))
}

fn direction(attributes: &[Attribute]) -> Option<Direction> {
    // The last one counts, where there are several.
    attributes.iter().rev().find_map(|attribute| match attribute.attribute.as_str() {
        "sendrecv" => Some(Direction::SendReceive),
        "sendonly" => Some(Direction::SendOnly),
        "recvonly" => Some(Direction::ReceiveOnly),
        "inactive" => Some(Direction::Inactive),
        _ => None,
    })
}

fn capabilities(media: &Media) -> Result<CapabilityList, SdpError> {
    let mut codecs: Vec<CodecCapability> = Vec::new();
    for text in media.fmt.split_ascii_whitespace() {
        let number = text.parse().ok().filter(|number: &u8| *number < 128);
        let number = number.ok_or_else(|| SdpError::PayloadType(text.to_owned()))?;
        if codecs.iter().any(|known| known.payload_type == number) {
            continue;
        }
        let Some(codec) = named(media, number)? else { continue };
        let formats = values(&media.attributes, "fmtp").filter_map(|line| of(number, line));
        // Lines of one payload type are one list, however they are parted.
        let format = formats.collect::<Vec<_>>().join(";");
        codecs.push(if format.is_empty() { codec } else { codec.with_fmtp(&format) });
    }
    if codecs.is_empty() {
        return Err(SdpError::NoCodec);
    }
    let mut list = CapabilityList::audio(codecs);
    (list.ptime_ms, list.maxptime_ms) = (packet_time(media, "ptime")?, packet_time(media, "maxptime")?);
    Ok(list)
}

/// What a payload type is: by its `rtpmap`, else by RFC 3551; `None` for one that nobody named.
fn named(media: &Media, number: u8) -> Result<Option<CodecCapability>, SdpError> {
    let mut named: Option<CodecCapability> = None;
    for line in values(&media.attributes, "rtpmap") {
        let Some(text) = of(number, line) else { continue };
        let codec = CodecCapability::rtpmap(number, text).ok_or_else(|| SdpError::RtpMap(line.to_owned()))?;
        if named.as_ref().is_some_and(|known| !known.same_format(&codec)) {
            return Err(SdpError::TwoMeanings(number));
        }
        named = named.or(Some(codec));
    }
    Ok(named.or_else(|| CodecCapability::static_type(number)))
}

/// What a line says of that payload type, if it is of it.
fn of(number: u8, line: &str) -> Option<&str> {
    let (own, rest) = line.split_once(char::is_whitespace)?;
    (own.parse() == Ok(number)).then(|| rest.trim())
}

fn packet_time(media: &Media, name: &str) -> Result<Option<u32>, SdpError> {
    let Some(text) = value(&media.attributes, name) else { return Ok(None) };
    // A fraction is allowed (RFC 8866 section 6.4): whole milliseconds are what packets have.
    let whole = text.trim().split('.').next().unwrap_or_default();
    whole.parse().map(Some).map_err(|_| SdpError::PacketTime(format!("{name}:{text}")))
}

fn values<'a>(attributes: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a str> {
    attributes.iter().filter(move |attribute| attribute.attribute == name).filter_map(|one| one.value.as_deref())
}

fn value<'a>(attributes: &'a [Attribute], name: &'a str) -> Option<&'a str> {
    values(attributes, name).next()
}
