//! Control: the registry: what is there by number and by name, and what is refused.

use super::*;
use crate::codec::format::{CapabilityList, CodecCapability, CodecName};
use crate::codec::negotiation::{NegotiationRules, Preference};
use crate::codec::{AudioCodec, CodecFault, CodecManager, Transcoder};
use crate::types::SampleRate;

fn speech(rate: SampleRate, samples: usize) -> Vec<f32> {
    (0..samples).map(|i| 0.4 * (i as f32 * 2_500.0 / rate.hz() as f32).sin()).collect()
}

#[test]
fn payload_types_mean_what_rfc_3551_or_our_offer_says() {
    let manager = CodecManager::default();
    for (payload_type, rate) in
        [(0, SampleRate::Hz8000), (8, SampleRate::Hz8000), (9, SampleRate::Hz16000), (18, SampleRate::Hz8000)]
    {
        let mut codec = manager.create_audio_codec(payload_type, &AudioCodecParams::mono(rate)).unwrap();
        let (pcm, mut out, mut back) = (speech(rate, rate.block_samples() * 2), [0; 2_000], [0.0; 2_000]);
        let octets = codec.encoder.encode_into(&pcm, &mut out).unwrap();
        assert_eq!(codec.decoder.decode_into(&out[..octets], &mut back), Ok(pcm.len()), "payload type {payload_type}");
    }
    let wrong_rate = manager.create_audio_codec(0, &AudioCodecParams::mono(SampleRate::Hz16000)).unwrap_err();
    assert_eq!(wrong_rate.to_string(), "PCMU does not work at 16000 Hz: use 8000 Hz");
    let stereo = manager.create_audio_codec(0, &AudioCodecParams::mono(SampleRate::Hz8000).with_channels(2));
    assert!(matches!(stereo, Err(CodecError::Channels { channels: 2, .. })));
}

#[test]
fn what_is_not_there_says_so_and_how_to_have_it() {
    let manager = CodecManager::default();
    let why = |payload_type| match manager.create_audio_codec(payload_type, &AudioCodecParams::mono(SampleRate::Hz8000))
    {
        Err(CodecError::Unsupported { codec, remedy }) => (codec, remedy),
        other => panic!("{payload_type}: {other:?}"),
    };
    assert_eq!(why(3), ("GSM".into(), "register an encoder and a decoder of your own with CodecRegistry::register"));
    assert_eq!(why(13).0, "CN");
    assert_eq!(why(77).0, "of payload type 77");
    assert_eq!(why(99), ("H264".into(), "it is a video codec: use create_video_codec"));
    assert!(matches!(manager.create_video_codec(0, 1_200), Err(CodecError::Unsupported { .. })));
    assert!(manager.create_video_codec(99, 1_200).is_ok());
    let params = AudioCodecParams::mono(SampleRate::Hz48000);
    let opus = CodecRegistry::standard().encoder(&CodecName::Opus, 48_000, &params);
    assert_eq!(opus.is_ok(), cfg!(feature = "opus"), "{opus:?}");
}

#[cfg(feature = "opus")]
#[test]
fn opus_is_built_as_negotiated() {
    let manager = CodecManager::default();
    let local = manager.registry().audio_offer();
    let phone = CodecCapability::rtpmap(111, "opus/48000/2")
        .unwrap()
        .with_fmtp("maxplaybackrate=16000;stereo=0;maxaveragebitrate=20000");
    let result =
        manager.negotiate_codecs(&local, &CapabilityList::audio(vec![phone]), &NegotiationRules::answerer()).unwrap();
    let rate = manager.best_rate(result.codec()).unwrap();
    assert_eq!(rate, SampleRate::Hz16000, "more would be wasted on this receiver");
    let mut codec = manager.create_negotiated(result.codec(), rate, result.ptime).unwrap();
    let Encoder::Opus(opus) = &codec.encoder else { panic!("not Opus") };
    assert_eq!(opus.settings().bitrate, crate::codec::audio::opus::OpusBitrate::Bits(20_000));
    let (mut out, mut back) = ([0; 1_500], [0.0; 320]);
    let octets = codec.encoder.encode_into(&speech(rate, 320), &mut out).unwrap();
    assert_eq!(codec.decoder.decode_into(&out[..octets], &mut back), Ok(320));
    let fifty = manager.create_negotiated(result.codec(), rate, crate::types::Ptime::from_ms(50).unwrap());
    assert!(matches!(fifty, Err(CodecError::Ptime { .. })));
}

/// An embedder's codec: each sample negated, one octet per sample.
#[derive(Debug)]
struct Negative;

impl AudioEncoder for Negative {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        let out = out.get_mut(..pcm.len()).ok_or(CodecFault::ShortOutput)?;
        out.iter_mut().zip(pcm).for_each(|(o, x)| *o = (-x * 127.0) as i8 as u8);
        Ok(pcm.len())
    }
    fn frame_samples(&self) -> usize {
        80
    }
    fn reset(&mut self) {}
}

impl AudioDecoder for Negative {
    fn decode_into(&mut self, payload: &[u8], pcm: &mut [f32]) -> Result<usize, CodecFault> {
        let pcm = pcm.get_mut(..payload.len()).ok_or(CodecFault::ShortOutput)?;
        pcm.iter_mut().zip(payload).for_each(|(x, &o)| *x = -f32::from(o as i8) / 127.0);
        Ok(payload.len())
    }
    fn reset(&mut self) {}
    fn payload_samples(&self, payload: &[u8]) -> Result<usize, CodecFault> {
        Ok(payload.len())
    }
    fn block_octets(&self) -> Option<usize> {
        Some(80)
    }
}

fn negative(payload_type: u8) -> CodecFactory {
    let format = CodecCapability::new(payload_type, CodecName::parse("X-NEGATIVE"), 8_000, 1);
    let pcmu = CodecRegistry::standard().find(&CodecName::Pcmu, 8_000).unwrap().clone();
    CodecFactory {
        capability: AudioCodecCapability { format, ..pcmu },
        encoder: Box::new(|_| Ok(Box::new(Negative))),
        decoder: Box::new(|_| Ok(Box::new(Negative))),
    }
}

#[test]
fn an_embedders_codec_is_one_like_ours() {
    let mut registry = CodecRegistry::standard();
    registry.register(negative(255)).unwrap();
    assert!(matches!(registry.register(negative(255)), Err(CodecError::Registered { .. })));
    let name = CodecName::parse("x-negative");
    let given = registry.find(&name, 8_000).unwrap().format.payload_type;
    assert!((97..=127).contains(&given), "{given}");
    registry.prefer(std::slice::from_ref(&name));
    let manager = CodecManager::new(registry);
    let offer = manager.registry().audio_offer();
    let peer = CapabilityList::audio(vec![
        CodecCapability::rtpmap(0, "PCMU/8000").unwrap(),
        CodecCapability::rtpmap(105, "X-Negative/8000").unwrap(),
    ]);
    let rules = NegotiationRules::answerer().prefer(Preference::Local);
    let result = manager.negotiate_codecs(&offer, &peer, &rules).unwrap();
    assert_eq!((&result.codec().name, result.codec().send_payload_type), (&name, 105));
    let mut codec = manager.create_negotiated(result.codec(), SampleRate::Hz8000, result.ptime).unwrap();
    assert!(matches!(codec.encoder, Encoder::Boxed(_)) && matches!(codec.decoder, Decoder::Boxed(_)));
    let (mut out, mut back) = ([0; 80], [0.0; 80]);
    codec.encoder.encode_into(&[0.5; 80], &mut out).unwrap();
    assert_eq!(out[0] as i8, -63);
    codec.decoder.decode_into(&out, &mut back).unwrap();
    assert!((back[0] - 0.5).abs() < 0.01);
}

#[test]
fn the_registry_can_be_cut_and_ordered() {
    let mut registry = CodecRegistry::standard();
    assert!(matches!(registry.register(negative(8)), Err(CodecError::NoPayloadType { wanted: 8, .. })));
    assert!(matches!(registry.register(negative(101)), Err(CodecError::NoPayloadType { .. })), "events have it");
    let names = |r: &CodecRegistry| r.audio_offer().codecs.iter().map(|c| c.name.to_string()).collect::<Vec<_>>();
    let first = if cfg!(feature = "opus") { "opus" } else { "G722" };
    assert_eq!(names(&registry)[0], first);
    assert!(!names(&registry).contains(&"L16".to_owned()), "L16 is there but not offered");
    registry.prefer(&[CodecName::Pcma]);
    assert_eq!(names(&registry)[..2], ["PCMA", first]);
    assert!(registry.unregister(&CodecName::G722, 8_000) && !registry.unregister(&CodecName::G722, 8_000));
    assert!(registry.set_offered(&CodecName::L16, true) && !registry.set_offered(&CodecName::parse("GSM"), true));
    let offer = registry.audio_offer();
    let mut types: Vec<_> = offer.codecs.iter().map(|c| c.payload_type).collect();
    let clocks: Vec<_> =
        offer.codecs.iter().filter(|c| c.name == CodecName::TelephoneEvent).map(|c| c.clock_rate).collect();
    assert_eq!(clocks, [8_000, 48_000, 16_000], "events at the clock of each codec offered");
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), offer.codecs.len(), "no payload type twice");
    let own = crate::codec::negotiation::negotiate(&offer, &offer, &NegotiationRules::answerer()).unwrap();
    assert!(own.refused.is_empty() && own.codecs.len() + own.events.len() + own.comfort_noise.len() == types.len());
}

/// RFC 4856 section 2.1.9: Annex B may be used unless one side says no.
#[test]
fn g729_is_built_as_negotiated() {
    let manager = CodecManager::default();
    let local = manager.registry().audio_offer();
    for (fmtp, annex_b) in [("", true), ("annexb=yes", true), ("annexb=no", false)] {
        let trunk = CodecCapability::rtpmap(18, "G729/8000").unwrap().with_fmtp(fmtp);
        let remote = CapabilityList::audio(vec![trunk]);
        let result = manager.negotiate_codecs(&local, &remote, &NegotiationRules::answerer()).unwrap();
        let codec = manager.create_negotiated(result.codec(), SampleRate::Hz8000, result.ptime).unwrap();
        let Encoder::G729(encoder) = &codec.encoder else { panic!("not G.729") };
        assert_eq!(encoder.annex_b(), annex_b, "{fmtp:?}");
        // What nothing was negotiated for sends all.
        let plain = manager.create_audio_codec(18, &AudioCodecParams::mono(SampleRate::Hz8000)).unwrap();
        assert!(matches!(plain.encoder, Encoder::G729(encoder) if !encoder.annex_b()));
    }
}

#[test]
fn state_is_copied_between_like_encoders_only() {
    let registry = CodecRegistry::standard();
    let build = |name: CodecName, rate: SampleRate, clock| {
        registry.encoder(&name, clock, &AudioCodecParams::mono(rate)).unwrap()
    };
    let g722 = || build(CodecName::G722, SampleRate::Hz16000, 8_000);
    let (mut a, mut b, mut fresh) = (g722(), g722(), g722());
    let encode = |e: &mut Encoder, pcm: &[f32]| {
        let mut out = [0; 160];
        e.encode_into(pcm, &mut out).unwrap();
        out
    };
    let pcm = speech(SampleRate::Hz16000, 320);
    encode(&mut a, &pcm);
    b.copy_state_from(&a).unwrap();
    let next = encode(&mut a, &pcm);
    assert_eq!(next, encode(&mut b, &pcm));
    assert_ne!(next, encode(&mut fresh, &pcm), "twin: the past does matter");
    let (mut mu, alaw) =
        (build(CodecName::Pcmu, SampleRate::Hz8000, 8_000), build(CodecName::Pcma, SampleRate::Hz8000, 8_000));
    assert_eq!(mu.copy_state_from(&alaw), Err(CodecFault::Unsupported));
    assert_eq!(mu.copy_state_from(&a), Err(CodecFault::Unsupported));
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    const fn sent<T: Send>() {}
    shared::<CodecManager>();
    sent::<AudioCodec>();
    sent::<Transcoder>();
};
