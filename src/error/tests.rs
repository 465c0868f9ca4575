//! Control: errors as a person reads them: the field, its value, what it must be; no value as the program writes it.

use super::*;
use crate::MediaEngineConfig;
use crate::buffer::{JitterConfig, JitterConfigError, JitterStrategy};
use crate::codec::audio::dtmf::DigitString;
use crate::codec::negotiation::{ListFault, NegotiationError, RefusalReason};
use crate::codec::{AudioCodecParams, CodecName, CodecRegistry, MediaKind};
use crate::processing::audio::agc::{Agc, AgcAlgorithm, AgcParams};
use crate::session::{AudioFormat, MediaSessionParams};
use crate::types::{Ptime, PtimeSet, SampleRate};

fn said<T>(result: Result<T, impl Into<Error>>) -> String {
    result.err().map(|error| error.into().to_string()).unwrap_or_default()
}

#[test]
fn a_value_out_of_range_is_told_with_its_field_and_what_it_must_be() {
    assert_eq!(said(MediaEngineConfig::default().tick_ms(15_u32).plan()), "tick_ms = 15: must be 10 or 20");
    assert_eq!(said(MediaEngineConfig::default().workers(17_usize).plan()), "workers = 17: must be 1 to 16");
    let loud = AgcParams { target_lufs: 3.0, ..AgcParams::default() };
    let agc = Agc::new(SampleRate::Hz8000, AgcAlgorithm::Wideband, loud);
    assert_eq!(said(agc.map(drop)), "target_lufs = 3: must be -40 to -10 LUFS");
    let ptime = SessionError::Ptime { ptime_ms: 30, tick_ms: 20, legal: "20, 40 or 60 ms" };
    assert_eq!(ptime.to_string(), "ptime = 30 ms: must be 20, 40 or 60 ms where a tick is 20 ms");
    let types = "payload type = 72: must be 0 to 63 or 96 to 127 (RFC 5761)";
    assert_eq!(
        (SessionError::PayloadType(72).to_string(), ListFault::PayloadType(72).to_string()),
        (types.into(), types.into())
    );
    let digits = DigitString::parse("1", 100).and_then(|digits| digits.with_volume(64));
    assert_eq!(digits.unwrap_err().to_string(), "volume of digits = 64: must be 0 to 63 (dBm0 without the sign)");
    assert_eq!(FormatError::Channels { given: 9, legal: "1 to 8" }.to_string(), "channels = 9: must be 1 to 8");
    assert_eq!(FormatError::Rate(1.0).to_string(), "sample rate = 1 Hz: must be 4000 to 192000 Hz");
}

#[test]
fn a_jitter_buffer_is_refused_in_words_by_itself_and_in_a_session() {
    for (config, own, session) in [
        (
            JitterConfig { max_delay_ms: 0, ..JitterConfig::new(8_000) },
            "max_delay_ms = 0: must be 20 to 1000",
            "jitter = max_delay_ms of 0: must be 20 to 1000",
        ),
        (
            JitterConfig { min_delay_ms: 500, max_delay_ms: 100, ..JitterConfig::new(8_000) },
            "min_delay_ms = 500: must be at most max_delay_ms (100)",
            "jitter = min_delay_ms of 500: must be at most max_delay_ms (100)",
        ),
        (
            JitterConfig { strategy: JitterStrategy::Fixed(999), ..JitterConfig::new(8_000) },
            "fixed delay = 999 ms: must be at most max_delay_ms (400)",
            "jitter = fixed delay of 999 ms: must be at most max_delay_ms (400)",
        ),
    ] {
        assert_eq!(config.plan().unwrap_err().to_string(), own);
        let params = MediaSessionParams::new(AudioFormat::pcmu()).jitter(config);
        assert_eq!(said(params.jitter_plan()), session);
    }
    let rate = "rate = 7999 Hz: must be a multiple of 100 from 8000 to 192000 Hz";
    assert_eq!(JitterConfigError::Rate(7_999).to_string(), rate);
}

#[test]
fn rates_and_packet_times_are_told_in_hertz_and_milliseconds() {
    let registry = CodecRegistry::standard();
    let wide = AudioCodecParams::mono(SampleRate::Hz16000);
    let pcmu = registry.encoder(&CodecName::Pcmu, 8_000, &wide);
    assert_eq!(said(pcmu.map(drop)), "PCMU does not work at 16000 Hz: use 8000 Hz");
    let fifty = Ptime::from_ms(50).unwrap();
    #[cfg(feature = "opus")]
    {
        use crate::codec::audio::opus::{OpusDecoder, OpusEncoder, OpusSettings};
        let opus = OpusDecoder::new(SampleRate::Hz32000, 1);
        assert_eq!(said(opus.map(drop)), "opus does not work at 32000 Hz: use 8000, 16000, 24000 or 48000 Hz");
        let opus = OpusEncoder::new(SampleRate::Hz48000, 1, fifty, OpusSettings::default());
        assert_eq!(said(opus.map(drop)), "opus has no packets of 50 ms: use one of 10, 20, 30, 40, 60 ms");
    }
    assert_eq!(format!("{fifty:?} {:?}", PtimeSet::OPUS), "50 ms 10, 20, 30, 40, 60 ms");
    let none = |maxptime_ms| RefusalReason::NoPtime { maxptime_ms }.to_string();
    assert_eq!(none(Some(6)), "no packet time fits the tick and maxptime 6 ms");
    assert_eq!(none(None), "no packet time fits the tick");
    let media = NegotiationError::MediaMismatch { local: MediaKind::Audio, remote: MediaKind::Video };
    assert_eq!(media.to_string(), "one list is of audio, the other of video: compare lists of one medium");
}
