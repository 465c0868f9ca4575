//! Control: DTLS-SRTP of a session: who we are, who the peer is, who begins; and ICE beside it.

use crate::transport::ice::IceCredentials;
use crate::transport::secure::{DtlsCertificate, DtlsFingerprint};

/// Who begins a DTLS handshake (`a=setup`, RFC 5763 section 5).
///
/// Example: [`DtlsParams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DtlsRole {
    /// We do (`active`).
    Active,
    /// The peer does (`passive`).
    Passive,
    /// The answer says (`actpass`): until then what the peer begins is gone along with.
    ActPass,
}

/// DTLS-SRTP of a session (RFC 5764): its keys are agreed on by a handshake on its own port, between certificates whose
/// fingerprints the descriptions carry. Sockets of the engine only; with the `dtls` feature of the crate, which is a default
/// one.
///
/// From then on packets are protected as [`SrtpParams`](crate::SrtpParams) says; until the handshake is done nothing is sent and nothing taken.
/// [`EventKind::Secured`](crate::EventKind::Secured) tells the suite, [`EventKind::HandshakeFailed`](crate::EventKind::HandshakeFailed) why there is none.
/// The handshake is carried out by the engine's control thread; media threads never see it.
/// DTLS 1.2 and 1.3, certificates of ECDSA over P-256 and P-384; peers with RSA alone are refused. With the crate's feature
/// `dtls-openssl` all handshakes go by OpenSSL: DTLS 1.2, peers with RSA too. What was lost is then sent again by the system's
/// clock, whatever the engine's clock is.
///
/// ```
/// use media_core::{AudioFormat, DtlsCertificate, DtlsFingerprint, DtlsParams, DtlsRole, MediaSessionParams};
///
/// let certificate = DtlsCertificate::generate()?;
/// // m=audio 4000 UDP/TLS/RTP/SAVPF 0, a=setup:actpass, a=fingerprint:sha-256 …
/// let theirs = DtlsFingerprint::parse("sha-256", &vec!["4A"; 32].join(":")).unwrap();
/// let dtls = DtlsParams::new(&certificate, DtlsRole::Passive, theirs); // our answer says a=setup:passive
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).dtls(dtls).remote(([192, 0, 2, 10], 4000).into());
/// assert_eq!(params.dtls.unwrap().peer(), Some(theirs));
/// # Ok::<(), media_core::CertificateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DtlsParams {
    pub(crate) certificate: DtlsCertificate,
    pub(crate) role: DtlsRole,
    pub(crate) peer: Option<DtlsFingerprint>,
}

impl DtlsParams {
    /// With a peer of that fingerprint.
    #[must_use]
    pub fn new(certificate: &DtlsCertificate, role: DtlsRole, peer: DtlsFingerprint) -> Self {
        Self { certificate: certificate.clone(), role, peer: Some(peer) }
    }

    /// For a session whose offer is out (`a=setup:actpass`): an update brings role and fingerprint. A handshake that the peer
    /// begins meanwhile is gone along with, and believed when its fingerprint is known.
    #[must_use]
    pub fn awaiting_answer(certificate: &DtlsCertificate) -> Self {
        Self { certificate: certificate.clone(), role: DtlsRole::ActPass, peer: None }
    }

    /// Our certificate.
    #[must_use]
    pub fn certificate(&self) -> &DtlsCertificate {
        &self.certificate
    }

    /// Who begins.
    #[must_use]
    pub fn role(&self) -> DtlsRole {
        self.role
    }

    /// The peer's fingerprint, once it is known.
    #[must_use]
    pub fn peer(&self) -> Option<DtlsFingerprint> {
        self.peer
    }
}

/// ICE of a session, as a server at a public address does it (ICE-lite, RFC 8445 section 2.5): the peer checks the ways and
/// chooses one, and packets go there for as long as it consents, which it does by asking on (RFC 7675): 30 s at most from one
/// check to the next. Sockets of the engine only, without [`remote`](crate::MediaSessionParams::remote): the peer's checks say
/// where it is. With the `dtls` feature of the crate.
///
/// [`EventKind::Latched`](crate::EventKind::Latched) tells the address, [`EventKind::ConsentLost`](crate::EventKind::ConsentLost) that the peer asks no more.
/// RTCP shares the port (RFC 5761). Only the session's own address is a candidate; the peer's are not needed.
///
/// ```
/// use media_core::{AudioFormat, IceCredentials, IceParams, MediaSessionParams};
///
/// let ours = IceCredentials::generate().unwrap(); // a=ice-lite, a=ice-ufrag, a=ice-pwd, a=candidate with the local address
/// let theirs = IceCredentials::new("8hhY", "asd88fgpdd777uzjYhagZg").unwrap();
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).ice(IceParams::new(ours).remote(theirs));
/// assert!(params.ice.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IceParams {
    pub(crate) own: IceCredentials,
    pub(crate) remote: Option<IceCredentials>,
}

impl IceParams {
    /// With our credentials; the peer's come by an update, if not at once.
    #[must_use]
    pub fn new(own: IceCredentials) -> Self {
        Self { own, remote: None }
    }

    /// With the peer's.
    #[must_use]
    pub fn remote(self, remote: IceCredentials) -> Self {
        Self { remote: Some(remote), ..self }
    }

    /// Ours.
    #[must_use]
    pub fn own(&self) -> &IceCredentials {
        &self.own
    }
}
