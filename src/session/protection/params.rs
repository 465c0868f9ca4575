//! Control: SRTP of a session: the keys of both directions.

use crate::transport::secure::SrtpKey;

/// SRTP of a session (RFC 3711): a key that it sends under, and its peer's. Sockets of the engine only; with the `srtp` feature
/// of the crate, which is a default one.
///
/// From then on its RTP and RTCP leave protected, and nothing is taken that is not authentic: not as audio, not as RTCP, not
/// as a sign of where the peer is. What is refused is counted by kind
/// ([`TransportStatistics::srtp_faults`](crate::TransportStatistics::srtp_faults)). Keep-alives without an octet have nothing to
/// protect. Packets are protected on the I/O thread, in place; a media thread never sees a key.
///
/// **Keys change** by [`update`](crate::MediaSessionHandle::update): what is sent is under the new key at once; the peer's key
/// before is taken for 2 s more from the first packet under the new one on, and for 32 s at most. A direction whose key stays
/// goes on as if nothing was. Rollover counters go on (RFC 3711 section 3.3.1); a peer that begins at 0 again is understood.
/// A protected session stays one, and a key that it has sent under never comes back: key streams would be used twice.
///
/// **Limits.** No master key identifier (MKI), no key derivation rate, RTCP always encrypted. Under one key of the peer 64
/// sources (SSRC) are heard; packets of further ones are refused and counted. Relay streams pass as they come: SRTP between
/// the parties goes through them where payload types stay the same.
///
/// ```
/// use media_core::{AudioFormat, MediaEngineConfig, MediaSessionParams, SrtpKey, SrtpParams, SrtpSuite, VirtualEngine};
///
/// // m=audio 4000 RTP/SAVP 0, a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:…
/// let suite = SrtpSuite::parse("AES_CM_128_HMAC_SHA1_80").unwrap();
/// let theirs = SrtpKey::from_inline(suite, "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20").unwrap();
/// let ours = SrtpKey::generate(suite).unwrap(); // for the answer: ours.to_inline()
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let params = MediaSessionParams::new(AudioFormat::pcmu()).srtp(SrtpParams::new(ours, theirs));
/// let session = engine.complete(engine.handle().create_media_session("a", params))?;
/// let (phone, now) = (([192, 0, 2, 10], 4000).into(), engine.now());
/// engine.network.send(phone, session.local_address().unwrap(), &[0x80; 172], now); // not protected
/// engine.run_for(std::time::Duration::from_millis(50));
/// let counts = engine.complete(session.transport_statistics())?;
/// assert_eq!((counts.packets_in, counts.srtp_faults(media_core::rtp::SrtpFault::BadTag)), (0, 1));
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrtpParams {
    keys: Option<(SrtpKey, SrtpKey)>,
}

impl SrtpParams {
    /// What is sent is protected under `send`, what comes under `receive`.
    #[must_use]
    pub fn new(send: SrtpKey, receive: SrtpKey) -> Self {
        Self { keys: Some((send, receive)) }
    }

    /// For a session whose offer is out: until an update brings the keys nothing is sent, and what comes is refused, not played
    /// as noise.
    #[must_use]
    pub fn awaiting_keys() -> Self {
        Self { keys: None }
    }

    /// The key that is sent under, once it is there.
    #[must_use]
    pub fn send_key(&self) -> Option<&SrtpKey> {
        self.keys.as_ref().map(|(send, _)| send)
    }

    /// The peer's key, once it is there.
    #[must_use]
    pub fn receive_key(&self) -> Option<&SrtpKey> {
        self.keys.as_ref().map(|(_, receive)| receive)
    }
}
