//! Pure: DTLS-SRTP and ICE in a description (RFC 5763, RFC 8122, RFC 8839).

use super::SdpError;
use media_core::{DtlsFingerprint, IceCredentials};
use sdp_types::{Attribute, Media, Session};
use std::net::SocketAddr;

/// Who begins the handshake (`a=setup`, RFC 4145).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// Who describes does.
    Active,
    /// The other does.
    Passive,
    /// The other chooses.
    ActPass,
}

impl Setup {
    fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Passive => "passive",
            Self::ActPass => "actpass",
        }
    }
}

/// DTLS of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dtls {
    /// Of the certificate of who describes.
    pub fingerprint: DtlsFingerprint,
    /// Who begins.
    pub setup: Setup,
}

/// ICE of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ice {
    /// Of who describes.
    pub credentials: IceCredentials,
    /// It only answers (`a=ice-lite`).
    pub lite: bool,
}

/// A stream's own attribute, or that of the whole session.
fn value<'a>(session: &'a Session, media: &'a Media, name: &str) -> Option<&'a str> {
    let of = |attributes: &'a [Attribute]| attributes.iter().find(|a| a.attribute == name)?.value.as_deref();
    of(&media.attributes).or_else(|| of(&session.attributes))
}

/// What a stream says of DTLS; `None`: nothing.
pub(super) fn read(session: &Session, media: &Media) -> Result<Option<Dtls>, SdpError> {
    let Some(line) = value(session, media, "fingerprint") else { return Ok(None) };
    let (hash, octets) = line.trim().split_once(' ').unwrap_or((line, ""));
    let fingerprint = DtlsFingerprint::parse(hash, octets.trim()).ok_or_else(|| {
        SdpError::Dtls(format!("a fingerprint by {hash:?}: sha-256, sha-384 or sha-512, and its octets, are wanted"))
    })?;
    let setup = match value(session, media, "setup").map(str::trim) {
        Some("active") => Setup::Active,
        Some("passive") => Setup::Passive,
        // RFC 4145 section 4: nothing said is active, which in an offer of DTLS-SRTP only old devices do.
        None => Setup::Active,
        Some("actpass") => Setup::ActPass,
        Some(other) => return Err(SdpError::Dtls(format!("a=setup:{other}: active, passive or actpass is wanted"))),
    };
    Ok(Some(Dtls { fingerprint, setup }))
}

/// What a stream says of ICE; `None`: nothing.
pub(super) fn read_ice(session: &Session, media: &Media) -> Result<Option<Ice>, SdpError> {
    let of = |name| value(session, media, name).map(str::trim);
    let (Some(ufrag), Some(password)) = (of("ice-ufrag"), of("ice-pwd")) else { return Ok(None) };
    let lite = session.attributes.iter().any(|attribute| attribute.attribute == "ice-lite");
    let credentials = IceCredentials::new(ufrag, password);
    let credentials = credentials.ok_or_else(|| SdpError::Dtls("a=ice-ufrag or a=ice-pwd is none".to_owned()))?;
    Ok(Some(Ice { credentials, lite }))
}

/// The lines of a stream.
pub(super) fn attributes(dtls: Option<&Dtls>, ice: Option<&Ice>, at: SocketAddr) -> Vec<Attribute> {
    let mut lines = Vec::new();
    if let Some(ice) = ice {
        lines.push(Attribute::with_value("ice-ufrag", ice.credentials.ufrag()));
        lines.push(Attribute::with_value("ice-pwd", ice.credentials.password()));
        // The only one of a server: its own address, of the highest preference (RFC 8445 section 5.1.2.1).
        let candidate = format!("1 1 udp 2130706431 {} {} typ host", at.ip(), at.port());
        lines.push(Attribute::with_value("candidate", candidate));
        lines.push(Attribute::new("end-of-candidates"));
    }
    if let Some(dtls) = dtls {
        lines.push(Attribute::with_value("fingerprint", dtls.fingerprint));
        lines.push(Attribute::with_value("setup", dtls.setup.name()));
    }
    lines
}
