//! Control: which codecs there are: our own, and an embedder's through one door.

use std::fmt;

use super::{AudioCodecCapability, AudioCodecParams, AudioDecoder, AudioEncoder, VideoCodecCapability, builtin};
use super::{CodecError, Decoder, Encoder};
use crate::codec::format::{CapabilityList, CodecCapability, CodecName};
use crate::rt::contain::Contained;

type EncoderFactory = dyn Fn(&AudioCodecParams) -> Result<Box<dyn AudioEncoder>, CodecError> + Send + Sync;
type DecoderFactory = dyn Fn(&AudioCodecParams) -> Result<Box<dyn AudioDecoder>, CodecError> + Send + Sync;

/// An embedder's own audio codec: what it is, and closures that build it. They are called on the control side; what they
/// build runs on media threads under the rules of [`AudioEncoder`] and [`AudioDecoder`].
///
/// Example: [`CodecRegistry`].
#[non_exhaustive]
pub struct CodecFactory {
    /// What it is. A payload type above 127 asks the registry for a free dynamic one.
    pub capability: AudioCodecCapability,
    /// Builds an encoder.
    pub encoder: Box<EncoderFactory>,
    /// Builds a decoder.
    pub decoder: Box<DecoderFactory>,
}

impl CodecFactory {
    /// Of what it is and what builds it.
    pub fn new(
        capability: AudioCodecCapability,
        encoder: impl Fn(&AudioCodecParams) -> Result<Box<dyn AudioEncoder>, CodecError> + Send + Sync + 'static,
        decoder: impl Fn(&AudioCodecParams) -> Result<Box<dyn AudioDecoder>, CodecError> + Send + Sync + 'static,
    ) -> Self {
        Self { capability, encoder: Box::new(encoder), decoder: Box::new(decoder) }
    }
}

impl fmt::Debug for CodecFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodecFactory").field("capability", &self.capability).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Entry {
    capability: AudioCodecCapability,
    offered: bool,
    /// `None`: one of our own.
    custom: Option<Custom>,
}

/// The closures of a [`CodecFactory`], whose end may panic.
struct Custom {
    encoder: Contained<EncoderFactory>,
    decoder: Contained<DecoderFactory>,
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom")
    }
}

/// The codecs that can be built, in order of preference. Changed while the engine is being set up, then shared.
///
/// ```
/// use media_core::codec::{AudioCodecCapability, CodecCapability, CodecFactory, CodecName, G711Decoder, G711Encoder, Law};
/// use media_core::{CodecManager, CodecRegistry, SampleRate};
///
/// let capability = AudioCodecCapability::new(
///     CodecCapability::new(255, CodecName::parse("X-ULAW"), 8000, 1),
///     vec![SampleRate::Hz8000], // 255: any free dynamic payload type
/// );
/// let mut codecs = CodecRegistry::standard();
/// codecs.register(CodecFactory::new(
///     capability,
///     |_| Ok(Box::new(G711Encoder::new(Law::Mu))),
///     |_| Ok(Box::new(G711Decoder::new(Law::Mu))),
/// ))?;
/// codecs.prefer(&[CodecName::G722, CodecName::parse("X-ULAW")]);
/// let offer = CodecManager::new(codecs).registry().audio_offer();
/// assert_eq!(offer.codecs[1].name.as_str(), "X-ULAW");
/// assert!((96..=127).contains(&offer.codecs[1].payload_type));
/// # Ok::<(), media_core::codec::CodecError>(())
/// ```
#[derive(Debug)]
pub struct CodecRegistry {
    audio: Vec<Entry>,
    video: Vec<VideoCodecCapability>,
}

impl Default for CodecRegistry {
    fn default() -> Self {
        Self::standard()
    }
}

impl CodecRegistry {
    /// Every codec that the library brings, best first.
    pub fn standard() -> Self {
        let own = |(capability, offered)| Entry { capability, offered, custom: None };
        Self { audio: builtin::audio().into_iter().map(own).collect(), video: builtin::video() }
    }

    /// Adds an embedder's codec, as the least preferred one; it is offered.
    ///
    /// # Errors
    /// [`CodecError::Registered`] if the name and clock rate are there already; [`CodecError::NoPayloadType`] if its
    /// payload type is another's, or none is free.
    pub fn register(&mut self, mut codec: CodecFactory) -> Result<(), CodecError> {
        let format = &codec.capability.format;
        if self.find(&format.name, format.clock_rate).is_some() {
            return Err(CodecError::Registered { codec: format.name.clone(), clock_rate: format.clock_rate });
        }
        let free = |pt: u8| self.payload_type(pt).is_none() && pt != 13 && !EVENTS.contains(&pt);
        let wanted = format.payload_type;
        let payload_type = if wanted <= 127 {
            Some(wanted).filter(|&pt| free(pt))
        } else {
            (97..=127).chain(35..=63).find(|&pt| free(pt))
        };
        let none = CodecError::NoPayloadType { codec: format.name.clone(), wanted };
        codec.capability.format.payload_type = payload_type.ok_or(none)?;
        let custom = Custom { encoder: Contained::new(codec.encoder), decoder: Contained::new(codec.decoder) };
        self.audio.push(Entry { capability: codec.capability, offered: true, custom: Some(custom) });
        Ok(())
    }

    /// Removes a codec, one of ours too; false if it was not there.
    pub fn unregister(&mut self, name: &CodecName, clock_rate: u32) -> bool {
        let before = self.audio.len();
        self.audio.retain(|e| !(e.capability.format.name == *name && e.capability.format.clock_rate == clock_rate));
        self.audio.len() < before
    }

    /// Whether a codec stands in our offers; those that do not can still be built. False if it is not there.
    pub fn set_offered(&mut self, name: &CodecName, offered: bool) -> bool {
        let entries = self.audio.iter_mut().filter(|e| e.capability.format.name == *name);
        entries.map(|e| e.offered = offered).count() > 0
    }

    /// Puts the named codecs first, in that order.
    pub fn prefer(&mut self, order: &[CodecName]) {
        self.audio.sort_by_key(|e| order.iter().position(|n| *n == e.capability.format.name).unwrap_or(order.len()));
    }

    /// The audio codecs in order of preference.
    pub fn audio(&self) -> impl Iterator<Item = &AudioCodecCapability> {
        self.audio.iter().map(|e| &e.capability)
    }

    /// The video codecs in order of preference.
    pub fn video(&self) -> impl Iterator<Item = &VideoCodecCapability> {
        self.video.iter()
    }

    /// The codec of that name and RTP clock rate.
    pub fn find(&self, name: &CodecName, clock_rate: u32) -> Option<&AudioCodecCapability> {
        self.audio().find(|c| c.format.name == *name && c.format.clock_rate == clock_rate)
    }

    /// Whether the codec is there and is the library's own, not an embedder's under the same name.
    pub(crate) fn is_own(&self, name: &CodecName, clock_rate: u32) -> bool {
        let is = |e: &&Entry| e.capability.format.name == *name && e.capability.format.clock_rate == clock_rate;
        self.audio.iter().find(is).is_some_and(|e| e.custom.is_none())
    }

    /// What a payload type means here: a static one by RFC 3551, a dynamic one as we offer it.
    pub fn payload_type(&self, payload_type: u8) -> Option<CodecCapability> {
        let ours = self.audio().map(|c| &c.format).chain(self.video().map(|c| &c.format));
        let mut found = ours.filter(|f| f.payload_type == payload_type);
        found.next().cloned().or_else(|| CodecCapability::static_type(payload_type))
    }

    /// Our audio offer: the offered codecs, telephone events at each of their clock rates, comfort noise at 8 kHz.
    pub fn audio_offer(&self) -> CapabilityList {
        let mut codecs: Vec<_> = self.audio.iter().filter(|e| e.offered).map(|e| e.capability.format.clone()).collect();
        for (payload_type, clock_rate) in EVENTS.into_iter().zip([8_000, 48_000, 16_000]) {
            if codecs.iter().any(|c| c.clock_rate == clock_rate) {
                let events = CodecCapability::new(payload_type, CodecName::TelephoneEvent, clock_rate, 1);
                codecs.push(events.with_fmtp("0-16"));
            }
        }
        if codecs.iter().any(|c| c.clock_rate == 8_000) {
            codecs.push(CodecCapability::new(13, CodecName::ComfortNoise, 8_000, 1));
        }
        CapabilityList::audio(codecs)
    }

    /// Our video offer.
    pub fn video_offer(&self) -> CapabilityList {
        CapabilityList::video(self.video().map(|c| c.format.clone()).collect())
    }

    /// Builds an encoder.
    ///
    /// # Errors
    /// [`CodecError::Unsupported`] if there is no such codec; others if it cannot be built so.
    pub fn encoder(&self, name: &CodecName, clock_rate: u32, params: &AudioCodecParams) -> Result<Encoder, CodecError> {
        let entry = self.entry(name, clock_rate, params)?;
        let legal = entry.capability.format.ptimes;
        if !legal.contains(params.ptime) {
            return Err(CodecError::Ptime { codec: name.clone(), ptime: params.ptime, legal });
        }
        match &entry.custom {
            Some(custom) => (custom.encoder)(params).map(|own| Encoder::Boxed(Contained::new(own))),
            None => builtin::encoder(name, params).unwrap_or_else(|| Err(unsupported(name))),
        }
    }

    /// Builds a decoder.
    ///
    /// # Errors
    /// As [`encoder`](Self::encoder).
    pub fn decoder(&self, name: &CodecName, clock_rate: u32, params: &AudioCodecParams) -> Result<Decoder, CodecError> {
        match &self.entry(name, clock_rate, params)?.custom {
            Some(custom) => (custom.decoder)(params).map(|own| Decoder::Boxed(Contained::new(own))),
            None => builtin::decoder(name, params).unwrap_or_else(|| Err(unsupported(name))),
        }
    }

    fn entry(&self, name: &CodecName, clock_rate: u32, params: &AudioCodecParams) -> Result<&Entry, CodecError> {
        let is = |e: &&Entry| e.capability.format.name == *name && e.capability.format.clock_rate == clock_rate;
        let entry = self.audio.iter().find(is).ok_or_else(|| unsupported(name))?;
        if !entry.capability.sample_rates.contains(&params.rate) {
            let legal = entry.capability.sample_rates.clone();
            return Err(CodecError::SampleRate { codec: name.clone(), rate: params.rate, legal });
        }
        Ok(entry)
    }
}

/// The payload types of telephone events at 8, 48 and 16 kHz.
const EVENTS: [u8; 3] = [101, 102, 103];

fn unsupported(name: &CodecName) -> CodecError {
    CodecError::Unsupported { codec: name.to_string(), remedy: builtin::remedy(name) }
}

#[cfg(test)]
mod tests;
