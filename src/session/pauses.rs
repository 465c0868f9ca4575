//! Control: what is agreed on for pauses: comfort noise (RFC 3389), and whether pauses are sent at all.

use crate::codec::negotiation::NegotiatedNoise;
use crate::error::{ConfigError, SessionError};
use crate::session::payload_type::check_payload_type;
use crate::types::{BLOCK_MS, SampleRate, setters};
use crate::worker::DtxController;

/// Comfort noise as it was negotiated (RFC 3389), at the clock rate of the audio: what the peer sends of its pauses is
/// heard as the noise that it describes, and may be passed on.
///
/// The spectrum is taken to be that of the codec's sampling rate: 16 kHz for G.722, whose clock counts 8,000.
///
/// Example: [`DiscontinuousTransmission`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ComfortNoiseFormat {
    /// The payload type that the peer sends.
    pub receive_payload_type: u8,
    /// The payload type that is sent.
    pub send_payload_type: u8,
}

impl ComfortNoiseFormat {
    /// The static payload type, for audio with a clock of 8 kHz (RFC 3551 section 6).
    pub const STATIC: Self = Self { receive_payload_type: 13, send_payload_type: 13 };

    /// The same payload type both ways: 13 for a clock of 8 kHz, a dynamic one for others.
    pub fn new(payload_type: u8) -> Self {
        Self { receive_payload_type: payload_type, send_payload_type: payload_type }
    }

    pub(super) fn check(self) -> Result<(), SessionError> {
        check_payload_type(self.receive_payload_type)?;
        check_payload_type(self.send_payload_type)
    }
}

impl From<&NegotiatedNoise> for ComfortNoiseFormat {
    fn from(noise: &NegotiatedNoise) -> Self {
        Self { receive_payload_type: noise.receive_payload_type, send_payload_type: noise.send_payload_type }
    }
}

/// Discontinuous transmission: pauses are not sent. Instead their noise is described (RFC 3389), where comfort noise was
/// negotiated, or the codec does it in its own way (Opus, where the peer wishes it by `usedtx=1`, RFC 7587 section 6.1).
/// RTP time goes on in a pause, sequence numbers do not, and the first packet after it has the marker (RFC 3551
/// section 4.1).
///
/// ```
/// use media_core::{
///     AudioFormat, ComfortNoiseFormat, DiscontinuousTransmission, MediaEngineConfig, MediaSessionParams, VirtualEngine,
/// };
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1)?;
/// let params = MediaSessionParams::new(AudioFormat::pcmu())
///     .discontinuous_transmission(DiscontinuousTransmission::default());
/// let silent = engine.handle().create_media_session("a", params.clone());
/// assert!(engine.complete(silent).is_err()); // who would describe the noise of the pauses?
/// let params = params.comfort_noise(ComfortNoiseFormat::STATIC); // CN, type 13
/// let session = engine.handle().create_media_session("a", params);
/// assert!(engine.complete(session).is_ok());
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct DiscontinuousTransmission {
    /// How long after voice a pause begins, ms, rounded up to 10: 0 to 2,000. (Opus has its own.)
    pub hangover_ms: u32,
    /// How often at least the noise of a pause is described, ms, rounded up to 10: 100 to 10,000. (Opus has its own.)
    pub refresh_ms: u32,
}

impl Default for DiscontinuousTransmission {
    /// Pauses 200 ms after voice, described at least each 400 ms.
    fn default() -> Self {
        Self { hangover_ms: 200, refresh_ms: 400 }
    }
}

setters! { DiscontinuousTransmission { hangover_ms: u32, refresh_ms: u32 } }

impl DiscontinuousTransmission {
    pub(super) fn check(self) -> Result<(), SessionError> {
        let within = |field, value: u32, range: std::ops::RangeInclusive<u32>, legal| match range.contains(&value) {
            true => Ok(()),
            false => Err(SessionError::Parameter(ConfigError::new(field, value, legal))),
        };
        within("hangover_ms", self.hangover_ms, 0..=2_000, "0 to 2000 ms")?;
        within("refresh_ms", self.refresh_ms, 100..=10_000, "100 to 10000 ms")
    }

    /// A leg's half. Control side.
    pub(super) fn build(self, rate: SampleRate) -> DtxController {
        let blocks = |ms: u32| ms.div_ceil(BLOCK_MS) as u16;
        DtxController::new(rate, blocks(self.hangover_ms), blocks(self.refresh_ms))
    }
}
