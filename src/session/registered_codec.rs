//! Control: a codec of a registry, as a session uses it: mono, at one sample rate, with what was negotiated.

use crate::codec::negotiation::NegotiatedCodec;
use crate::codec::{AudioCodecParams, CodecManager, CodecName, CodecParameters, Decoder, Encoder, OpusParameters};
use crate::error::{CodecError, Error};
use crate::rt::MAX_PAYLOAD;
use crate::session::opus_wish::OpusWish;
use crate::types::{Ptime, PtimeSet, SampleRate};
use std::sync::LazyLock;

/// The library's own codecs.
static STANDARD: LazyLock<CodecManager> = LazyLock::new(CodecManager::default);

/// A codec of a registry, as a session uses it: mono, at one sample rate, with what was negotiated.
#[derive(Debug, Clone)]
pub(super) struct RegisteredCodec {
    manager: CodecManager,
    name: CodecName,
    clock_rate: u32,
    params: AudioCodecParams,
}

impl RegisteredCodec {
    /// One of the library's own.
    pub(super) fn standard(name: CodecName, clock_rate: u32, rate: SampleRate) -> Self {
        Self { manager: STANDARD.clone(), name, clock_rate, params: AudioCodecParams::mono(rate) }
    }

    /// All of the library's own with their payload types, each at its best rate.
    pub(super) fn all() -> impl Iterator<Item = (u8, Self)> {
        STANDARD.registry().audio().filter_map(|codec| {
            let rate = *codec.sample_rates.first()?;
            let format = &codec.format;
            Some((format.payload_type, Self::standard(format.name.clone(), format.clock_rate, rate)))
        })
    }

    pub(super) fn negotiated(manager: &CodecManager, codec: &NegotiatedCodec) -> Result<Self, CodecError> {
        let unsupported = || CodecError::Unsupported {
            codec: codec.name.to_string(),
            remedy: "negotiate with the registry that the formats are made from",
        };
        let rate = manager.best_rate(codec).ok_or_else(unsupported)?;
        let params = AudioCodecParams::mono(rate).with_parameters(codec.parameters);
        Ok(Self { manager: manager.clone(), name: codec.name.clone(), clock_rate: codec.clock_rate, params })
    }

    /// What was negotiated, of one of the library's own codecs; `None` for others.
    pub(super) fn own_parameters(&self) -> Option<CodecParameters> {
        self.manager.registry().is_own(&self.name, self.clock_rate).then_some(self.params.parameters)
    }

    /// One of the library's own, with what was negotiated.
    pub(super) fn with_parameters(self, parameters: CodecParameters) -> Self {
        Self { params: self.params.with_parameters(parameters), ..self }
    }

    pub(super) fn at(self, rate: SampleRate) -> Result<Self, Error> {
        let codec = Self { params: AudioCodecParams { rate, ..self.params }, ..self };
        // Built once to know that it can be.
        codec.decoder()?;
        Ok(codec)
    }

    pub(super) fn name(&self) -> &CodecName {
        &self.name
    }

    pub(super) fn clock_rate(&self) -> u32 {
        self.clock_rate
    }

    pub(super) fn sample_rate(&self) -> SampleRate {
        self.params.rate
    }

    pub(super) fn same_payloads(&self, other: &Self) -> bool {
        let own = |codec: &Self| codec.manager.registry().is_own(&codec.name, codec.clock_rate);
        let alike = (&self.name, self.clock_rate) == (&other.name, other.clock_rate);
        alike && (self.manager.is_same(&other.manager) || own(self) && own(other))
    }

    pub(super) fn remembers(&self) -> bool {
        let remembers = matches!(self.name, CodecName::Opus | CodecName::G722 | CodecName::G729);
        remembers && self.manager.registry().is_own(&self.name, self.clock_rate)
    }

    pub(super) fn most_bits(&self) -> u32 {
        let known = self.manager.registry().find(&self.name, self.clock_rate);
        known.map_or(32 * self.params.rate.hz(), |capability| *capability.bit_rates.end())
    }

    /// Whether the codec has packets of that length, and they fit a datagram where its bit rate is fixed.
    pub(super) fn check_ptime(&self, ptime: Ptime) -> Result<(), CodecError> {
        let Some(capability) = self.manager.registry().find(&self.name, self.clock_rate) else { return Ok(()) };
        let fits = match (*capability.bit_rates.start(), *capability.bit_rates.end()) {
            (fixed, most) if fixed == most => PtimeSet::ALL.up_to_ms(8_000 * MAX_PAYLOAD as u32 / most),
            _ => PtimeSet::ALL,
        };
        let legal = capability.format.ptimes.and(fits);
        if legal.contains(ptime) { Ok(()) } else { Err(CodecError::Ptime { codec: self.name.clone(), ptime, legal }) }
    }

    /// Whether discontinuous transmission of the codec's own was negotiated.
    pub(super) fn pauses_by_itself(&self) -> bool {
        matches!(self.params.parameters, CodecParameters::Opus(wishes) if wishes.dtx) || self.has_annex_b()
    }

    /// Whether this is G.729 and its Annex B was not ruled out: it may be used where nothing is said of it (RFC 4856
    /// section 2.1.9).
    fn has_annex_b(&self) -> bool {
        self.name == CodecName::G729 && self.params.parameters != CodecParameters::G729 { annex_b: false }
    }

    /// Whether silence that the codec describes in its own way may come in payloads of this one and not in the other's.
    pub(super) fn is_silent_beyond(&self, other: &Self) -> bool {
        self.has_annex_b() && !other.has_annex_b()
    }

    /// What the receiver of an Opus stream asked for; the default where that was not negotiated, but set by hand.
    pub(super) fn opus_limits(&self) -> Option<Option<OpusParameters>> {
        (self.name == CodecName::Opus).then_some(match self.params.parameters {
            CodecParameters::Opus(limits) => Some(limits),
            _ => None,
        })
    }

    /// An encoder, with what was negotiated of discontinuous transmission only where it is wanted.
    pub(super) fn encoder(&self, ptime: Ptime, pauses: bool, wish: OpusWish) -> Result<Encoder, CodecError> {
        let mut params = self.params.with_ptime(ptime);
        if let CodecParameters::Opus(wishes) = &mut params.parameters {
            wishes.dtx &= pauses;
        }
        if self.name == CodecName::G729 {
            params.parameters = CodecParameters::G729 { annex_b: pauses && self.has_annex_b() };
        }
        let encoder = self.manager.registry().encoder(&self.name, self.clock_rate, &params)?;
        Ok(wish.apply(encoder, self.opus_limits(), pauses))
    }

    pub(super) fn decoder(&self) -> Result<Decoder, CodecError> {
        self.manager.registry().decoder(&self.name, self.clock_rate, &self.params)
    }
}

impl PartialEq for RegisteredCodec {
    fn eq(&self, other: &Self) -> bool {
        self.same_payloads(other) && self.params == other.params
    }
}

impl Eq for RegisteredCodec {}
