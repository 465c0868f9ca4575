//! Control: the codecs that the library brings: what they are, and how they are built.

use std::num::NonZeroU8;

use super::audio::g711::{G711Decoder, G711Encoder, Law};
use super::audio::g722::{G722Decoder, G722Encoder, G722Mode};
use super::audio::g729::{G729Decoder, G729Encoder};
use super::audio::l16::{L16Decoder, L16Encoder};
use super::{AudioCodecCapability, AudioCodecParams, CodecError, Decoder, Encoder, VideoCodecCapability};
use crate::codec::format::{CodecCapability, CodecName, CodecParameters, ProfileLevelId};
use crate::types::SampleRate;

const FREE: &str = "free: patents expired";

fn g711(payload_type: u8, name: CodecName) -> AudioCodecCapability {
    AudioCodecCapability {
        format: CodecCapability::new(payload_type, name, 8_000, 1),
        sample_rates: vec![SampleRate::Hz8000],
        max_channels: 1,
        bit_rates: 64_000..=64_000,
        delay_us: 0,
        dtx: false,
        inband_fec: false,
        specification: "ITU-T G.711; RFC 3551 section 4.5.14",
        licence: FREE,
    }
}

fn l16(payload_type: u8, rate: SampleRate) -> AudioCodecCapability {
    AudioCodecCapability {
        format: CodecCapability::new(payload_type, CodecName::L16, rate.hz(), 1),
        sample_rates: vec![rate],
        bit_rates: rate.hz() * 16..=rate.hz() * 16,
        specification: "RFC 3551 section 4.5.11",
        licence: "free",
        ..g711(payload_type, CodecName::L16)
    }
}

/// The audio codecs in order of preference, each with whether it is offered to peers.
pub(super) fn audio() -> Vec<(AudioCodecCapability, bool)> {
    let mut all = Vec::new();
    #[cfg(feature = "opus")]
    all.push((opus(), true));
    let g722 = AudioCodecCapability {
        format: CodecCapability::static_type(9).unwrap_or_else(|| CodecCapability::new(9, CodecName::G722, 8_000, 1)),
        sample_rates: vec![SampleRate::Hz16000],
        delay_us: 1_375,
        specification: "ITU-T G.722; RFC 3551 section 4.5.2",
        ..g711(9, CodecName::G722)
    };
    all.extend([(g722, true), (g711(8, CodecName::Pcma), true), (g711(0, CodecName::Pcmu), true)]);
    all.push((g729(), true));
    // For taps and tests: too wide for a network where nobody asks for it.
    all.extend([(l16(118, SampleRate::Hz16000), false), (l16(119, SampleRate::Hz8000), false)]);
    all.push((l16(120, SampleRate::Hz48000), false));
    all
}

/// The last that is offered: what trunks and older phones have where they have nothing better.
fn g729() -> AudioCodecCapability {
    AudioCodecCapability {
        format: CodecCapability::static_type(18).unwrap_or_else(|| CodecCapability::new(18, CodecName::G729, 8_000, 1)),
        bit_rates: 8_000..=8_000,
        delay_us: 15_000,
        dtx: true,
        specification: "ITU-T G.729 Annexes A and B; RFC 3551 section 4.5.6, RFC 4856 section 2.1.9",
        ..g711(18, CodecName::G729)
    }
}

#[cfg(feature = "opus")]
fn opus() -> AudioCodecCapability {
    AudioCodecCapability {
        format: CodecCapability::new(96, CodecName::Opus, 48_000, 2).with_fmtp("useinbandfec=1"),
        sample_rates: vec![SampleRate::Hz48000, SampleRate::Hz24000, SampleRate::Hz16000, SampleRate::Hz8000],
        max_channels: 2,
        bit_rates: 6_000..=510_000,
        delay_us: 6_500,
        dtx: true,
        inband_fec: true,
        specification: "RFC 6716, RFC 8251; RFC 7587",
        licence: "royalty-free (RFC 6716, IPR statements); libopus BSD",
    }
}

/// The video codecs whose payload is handled.
pub(super) fn video() -> Vec<VideoCodecCapability> {
    let level = ProfileLevelId::CONSTRAINED_BASELINE_3_1;
    let fmtp = format!("profile-level-id={level};packetization-mode=1;level-asymmetry-allowed=1");
    let format = CodecCapability::new(99, CodecName::H264, 90_000, 1).with_fmtp(&fmtp);
    vec![VideoCodecCapability { format, specification: "ITU-T H.264; RFC 6184" }]
}

/// What is needed to have a codec that is not there.
pub(crate) fn remedy(name: &CodecName) -> &'static str {
    match name {
        CodecName::Opus => "build media-core with the feature `opus`, or register an encoder and a decoder of your own",
        CodecName::ComfortNoise | CodecName::TelephoneEvent | CodecName::Redundancy => {
            "it is no audio codec: it goes beside one"
        }
        CodecName::H264 => "it is a video codec: use create_video_codec",
        _ => "register an encoder and a decoder of your own with CodecRegistry::register",
    }
}

fn channels(name: &CodecName, channels: u8) -> Result<NonZeroU8, CodecError> {
    let legal = if *name == CodecName::L16 { "1 to 2" } else { "1" };
    let most = if *name == CodecName::L16 { 2 } else { 1 };
    let refused = CodecError::Channels { codec: name.clone(), channels, legal };
    NonZeroU8::new(channels).filter(|c| c.get() <= most).ok_or(refused)
}

/// Builds one of our own encoders; the caller has checked sample rate and packet time.
pub(super) fn encoder(name: &CodecName, params: &AudioCodecParams) -> Option<Result<Encoder, CodecError>> {
    Some(match name {
        #[cfg(feature = "opus")]
        CodecName::Opus => opus_encoder(params),
        CodecName::Pcmu => channels(name, params.channels).map(|_| Encoder::G711(G711Encoder::new(Law::Mu))),
        CodecName::Pcma => channels(name, params.channels).map(|_| Encoder::G711(G711Encoder::new(Law::A))),
        CodecName::G722 => {
            channels(name, params.channels).map(|_| Encoder::G722(Box::new(G722Encoder::new(G722Mode::default()))))
        }
        CodecName::G729 => channels(name, params.channels).map(|_| {
            let annex_b = params.parameters == CodecParameters::G729 { annex_b: true };
            Encoder::G729(Box::new(G729Encoder::new(annex_b, params.ptime.blocks())))
        }),
        CodecName::L16 => channels(name, params.channels).map(|n| Encoder::L16(L16Encoder::new(n))),
        _ => return None,
    })
}

#[cfg(feature = "opus")]
fn opus_encoder(params: &AudioCodecParams) -> Result<Encoder, CodecError> {
    use super::audio::opus::{OpusEncoder, OpusSettings};
    let settings = match &params.parameters {
        crate::codec::format::CodecParameters::Opus(wishes) => OpusSettings::session().within(wishes),
        _ => OpusSettings::default(),
    };
    Ok(Encoder::Opus(Box::new(OpusEncoder::new(params.rate, params.channels, params.ptime, settings)?)))
}

/// Builds one of our own decoders; the caller has checked the sample rate.
pub(super) fn decoder(name: &CodecName, params: &AudioCodecParams) -> Option<Result<Decoder, CodecError>> {
    Some(match name {
        #[cfg(feature = "opus")]
        CodecName::Opus => {
            super::audio::opus::OpusDecoder::new(params.rate, params.channels).map(|d| Decoder::Opus(Box::new(d)))
        }
        CodecName::Pcmu => channels(name, params.channels).map(|_| Decoder::G711(G711Decoder::new(Law::Mu))),
        CodecName::Pcma => channels(name, params.channels).map(|_| Decoder::G711(G711Decoder::new(Law::A))),
        CodecName::G722 => {
            channels(name, params.channels).map(|_| Decoder::G722(Box::new(G722Decoder::new(G722Mode::default()))))
        }
        CodecName::G729 => channels(name, params.channels).map(|_| Decoder::G729(Box::new(G729Decoder::new()))),
        CodecName::L16 => channels(name, params.channels).map(|n| Decoder::L16(L16Decoder::new(params.rate.hz(), n))),
        _ => return None,
    })
}
