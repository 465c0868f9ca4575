//! Control: the one address for everything about codecs: which there are, what two sides have in common, building them.

use std::sync::Arc;

use super::negotiation::{CodecNegotiationResult, NegotiatedCodec, NegotiationRules, negotiate};
use super::video::VideoCodec;
use super::{
    AudioCodec, AudioCodecCapability, AudioCodecParams, CodecError, CodecRegistry, Transcoder, VideoCodecCapability,
};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName, CodecParameters};
use crate::types::{Ptime, SampleRate};

/// Codecs by payload type or by negotiation. Cheap to clone; `Send + Sync`.
///
/// Control side: building allocates, and fails as [`CodecError`] says.
///
/// ```
/// use media_core::codec::{AudioCodecParams, CodecName};
/// use media_core::{CodecManager, SampleRate};
///
/// let codecs = CodecManager::default();
/// assert!(codecs.supported_codecs().iter().any(|codec| codec.name == CodecName::G722));
/// let narrow = AudioCodecParams::mono(SampleRate::Hz8000);
/// assert!(codecs.create_audio_codec(8, &narrow).is_ok()); // PCMA
/// let mut to_ulaw = codecs.create_transcoder((&CodecName::Pcma, 8000, &narrow), (&CodecName::Pcmu, 8000, &narrow))?;
/// let mut payload = [0; 160];
/// to_ulaw.push(&[0xD5; 160]).unwrap();
/// assert_eq!(to_ulaw.pull(&mut payload), Ok(Some(160)));
/// assert_eq!(payload, [0xFE; 160]); // the least step of either law
/// # Ok::<(), media_core::codec::CodecError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CodecManager {
    registry: Arc<CodecRegistry>,
}

impl CodecManager {
    /// Over a registry that is complete.
    pub fn new(registry: CodecRegistry) -> Self {
        Self { registry: Arc::new(registry) }
    }

    /// The registry.
    pub fn registry(&self) -> &CodecRegistry {
        &self.registry
    }

    /// Whether both stand over the same registry: the standard one, or one and the same of the embedder's.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.registry, &other.registry)
    }

    /// Everything that we can offer, audio and video.
    pub fn supported_codecs(&self) -> Vec<CodecCapability> {
        let mut all = self.registry.audio_offer().codecs;
        all.extend(self.registry.video_offer().codecs);
        all
    }

    /// The audio codecs, best first.
    pub fn supported_audio_codecs(&self) -> Vec<AudioCodecCapability> {
        self.registry.audio().cloned().collect()
    }

    /// The video codecs.
    pub fn supported_video_codecs(&self) -> Vec<VideoCodecCapability> {
        self.registry.video().cloned().collect()
    }

    /// What both sides have in common ([`negotiate`]).
    ///
    /// # Errors
    /// [`CodecError::Negotiation`].
    pub fn negotiate_codecs(
        &self,
        local: &CapabilityList,
        remote: &CapabilityList,
        rules: &NegotiationRules,
    ) -> Result<CodecNegotiationResult, CodecError> {
        Ok(negotiate(local, remote, rules)?)
    }

    /// Builds both directions of the codec that a payload type means here: static, or dynamic as we offer it.
    ///
    /// # Errors
    /// [`CodecError::Unsupported`] if it means none that is there; others if it cannot be built so.
    pub fn create_audio_codec(&self, payload_type: u8, params: &AudioCodecParams) -> Result<AudioCodec, CodecError> {
        let Some(format) = self.registry.payload_type(payload_type) else {
            let remedy = "register a codec with this payload type, or negotiate one";
            return Err(CodecError::Unsupported { codec: format!("of payload type {payload_type}"), remedy });
        };
        self.build(&format.name, format.clock_rate, params, params)
    }

    /// Builds both directions of a negotiated codec for a leg that works at `rate`.
    ///
    /// # Errors
    /// As [`create_audio_codec`](Self::create_audio_codec).
    pub fn create_negotiated(
        &self,
        codec: &NegotiatedCodec,
        rate: SampleRate,
        ptime: Ptime,
    ) -> Result<AudioCodec, CodecError> {
        let send = AudioCodecParams { rate, channels: codec.send_channels, ptime, parameters: codec.parameters };
        let receive = send.with_channels(codec.receive_channels);
        self.build(&codec.name, codec.clock_rate, &send, &receive)
    }

    /// The sample rate that a leg with this codec should work at: the codec's best one that the receiver renders.
    pub fn best_rate(&self, codec: &NegotiatedCodec) -> Option<SampleRate> {
        let rates = &self.registry.find(&codec.name, codec.clock_rate)?.sample_rates;
        let limit = match codec.parameters {
            CodecParameters::Opus(wishes) => wishes.max_playback_rate,
            _ => u32::MAX,
        };
        rates.iter().copied().find(|r| r.hz() <= limit).or_else(|| rates.last().copied())
    }

    /// The payload handling of the video codec that a payload type means here.
    ///
    /// # Errors
    /// [`CodecError::Unsupported`].
    pub fn create_video_codec(&self, payload_type: u8, max_payload: usize) -> Result<VideoCodec, CodecError> {
        match self.registry.payload_type(payload_type).map(|f| f.name) {
            Some(CodecName::H264) => Ok(VideoCodec::h264(max_payload)),
            other => {
                let codec = other.map_or_else(|| format!("of payload type {payload_type}"), |name| name.to_string());
                Err(CodecError::Unsupported { codec, remedy: "H264 is the only video codec whose payload is handled" })
            }
        }
    }

    /// A transcoder between two audio codecs.
    ///
    /// # Errors
    /// As [`create_audio_codec`](Self::create_audio_codec), for either side.
    pub fn create_transcoder(
        &self,
        from: (&CodecName, u32, &AudioCodecParams),
        to: (&CodecName, u32, &AudioCodecParams),
    ) -> Result<Transcoder, CodecError> {
        let decoder = self.registry.decoder(from.0, from.1, from.2)?;
        let encoder = self.registry.encoder(to.0, to.1, to.2)?;
        Transcoder::new((decoder, *from.2), (encoder, *to.2))
    }

    fn build(
        &self,
        name: &CodecName,
        clock_rate: u32,
        send: &AudioCodecParams,
        receive: &AudioCodecParams,
    ) -> Result<AudioCodec, CodecError> {
        let encoder = self.registry.encoder(name, clock_rate, send)?;
        Ok(AudioCodec { encoder, decoder: self.registry.decoder(name, clock_rate, receive)? })
    }
}
