//! Control: the bodies of the fuzz targets for the audio codecs, comfort noise and the transcoder: any octets, any samples,
//! any sizes. Built for tests and fuzzing only; a body panics where an invariant does not hold.
//!
//! What holds for each codec: a decoder gives as many finite samples as the payload's head promises or a fault, writes
//! nothing behind them, and goes on afterwards; an encoder takes any samples, and what it gives its decoder takes.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests allocate")]

use super::audio::comfort_noise::{ComfortNoise, ComfortNoiseAnalyzer, ComfortNoiseGenerator};
use super::{AudioCodecCapability, AudioCodecParams, AudioDecoder, AudioEncoder, CodecFault, CodecManager};
use crate::codec::format::{CodecName, CodecParameters};
use crate::types::Ptime;

/// What stands behind the samples written.
const CANARY: f32 = 7.25;

/// Octets taken from the front, 0 where there are none left.
#[derive(Debug)]
pub(super) struct Octets<'a>(pub(super) &'a [u8]);

impl<'a> Octets<'a> {
    fn one(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    fn some(&mut self, count: usize) -> &'a [u8] {
        let (front, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        front
    }
}

/// A codec of `name` as the first octets say: which of its rates, channels and packet times.
fn chosen(name: &CodecName, octets: &mut Octets<'_>) -> Option<(AudioCodecCapability, AudioCodecParams)> {
    let manager = CodecManager::default();
    let all: Vec<_> = manager.supported_audio_codecs().into_iter().filter(|c| c.format.name == *name).collect();
    let capability = all.get(usize::from(octets.one()) % all.len().max(1))?.clone();
    let rate = capability.sample_rates[usize::from(octets.one()) % capability.sample_rates.len()];
    let ptimes: Vec<Ptime> = capability.format.ptimes.iter().collect();
    let ptime = ptimes[usize::from(octets.one()) % ptimes.len()];
    let channels = 1 + octets.one() % capability.max_channels;
    Some((capability, AudioCodecParams::mono(rate).with_channels(channels).with_ptime(ptime)))
}

/// Plays `data` on both halves of a codec.
fn codec(name: &CodecName, data: &[u8]) {
    let mut octets = Octets(data);
    let Some((capability, mut params)) = chosen(name, &mut octets) else { return };
    if *name == CodecName::G729 {
        params = params.with_parameters(CodecParameters::G729 { annex_b: octets.one() & 1 == 1 });
    }
    let (manager, clock) = (CodecManager::default(), capability.format.clock_rate);
    let mut encoder = manager.registry().encoder(name, clock, &params).expect("a capability's own parameters");
    let mut decoder = manager.registry().decoder(name, clock, &params).expect("a capability's own parameters");
    #[cfg(feature = "opus")]
    if let super::Encoder::Opus(opus) = &mut encoder {
        opus.configure(settings(&mut octets));
    }
    play(name, (&mut encoder, &mut decoder), &params, octets);
}

/// Plays the octets on both halves, one call after another.
pub(super) fn play(
    name: &CodecName,
    (encoder, decoder): (&mut dyn AudioEncoder, &mut dyn AudioDecoder),
    params: &AudioCodecParams,
    mut octets: Octets<'_>,
) {
    let (channels, most) = (usize::from(params.channels), 12 * params.rate.block_samples());
    let packet = usize::from(params.ptime.blocks()) * params.rate.block_samples();
    while !octets.0.is_empty() {
        let (what, length) = (octets.one(), usize::from(octets.one()));
        // Mostly as much room as there can be; at times less.
        let room = if what & 0x40 == 0 { most } else { length };
        let mut pcm = vec![CANARY; room * channels + 8];
        let (into, behind) = pcm.split_at_mut(room * channels);
        match what % 8 {
            0..3 => {
                let payload = octets.some(length);
                let promised = decoder.payload_samples(payload);
                let outcome = decoder.decode_into(payload, into);
                assert!(outcome.is_err() || outcome == promised, "{name}: {promised:?} promised, {outcome:?} came");
                finite(into, outcome, channels);
            }
            3 => {
                let outcome = decoder.conceal_into(into);
                finite(into, outcome, channels);
            }
            4 if what & 0x80 != 0 => {
                // As far back as a second.
                let wanted = usize::from(what & 0x38) * 16 * length;
                let (reach, before) =
                    (decoder.read_redundancy(octets.some(length), wanted), 64 * usize::from(octets.one()));
                let outcome = decoder.redundancy_into(before, into);
                assert!(outcome.is_err() || before <= reach, "{name}: {before} of {reach}");
                finite(into, outcome, channels);
            }
            4 => {
                let outcome = decoder.fec_into(octets.some(length), into);
                finite(into, outcome, channels);
            }
            5 => {
                decoder.reset();
                encoder.reset();
            }
            _ => {
                let samples = if what & 0x20 == 0 { packet * channels } else { length };
                let bits: Vec<f32> = octets.some(4 * length).chunks(4).map(sample).collect();
                let frame: Vec<f32> = (0..samples).map(|i| bits.get(i).map_or(0.1, |&b| b)).collect();
                let mut out = vec![0; if what & 0x10 == 0 { 4_096 } else { length }];
                let Ok(made) = encoder.encode_into(&frame, &mut out) else { continue };
                // Behind speech, silence may be left out.
                let silent = params.parameters == CodecParameters::G729 { annex_b: true };
                let whole = samples == packet * channels && made > 0 && !silent;
                let mut pcm = vec![CANARY; most * channels];
                let outcome = decoder.decode_into(&out[..made], &mut pcm);
                assert!(!whole || outcome == Ok(packet), "{name}: {outcome:?} of its own encoder's packet");
                finite(&pcm, outcome, channels);
            }
        }
        assert!(behind.iter().all(|&x| x == CANARY), "{name} wrote behind its output");
    }
}

fn finite(pcm: &[f32], outcome: Result<usize, CodecFault>, channels: usize) {
    let Ok(samples) = outcome else { return };
    assert!(pcm[..samples * channels].iter().all(|x| x.is_finite()), "not a number");
}

fn sample(octets: &[u8]) -> f32 {
    f32::from_bits(octets.iter().fold(0, |bits, &o| bits << 8 | u32::from(o)))
}

#[cfg(feature = "opus")]
fn settings(octets: &mut Octets<'_>) -> super::audio::opus::OpusSettings {
    use super::audio::opus::{OpusApplication, OpusBitrate, OpusSettings};
    let flags = octets.one();
    OpusSettings {
        application: [OpusApplication::Voip, OpusApplication::Audio, OpusApplication::RestrictedLowdelay]
            [usize::from(flags & 3) % 3],
        bitrate: OpusBitrate::Bits(u32::from(octets.one()) * 2_000),
        complexity: octets.one(),
        constant_bitrate: flags & 4 != 0,
        inband_fec: flags & 8 != 0,
        dtx: flags & 16 != 0,
        expected_loss_percent: octets.one(),
        dred_ms: if flags & 32 == 0 { 0 } else { 40 * u16::from(octets.one()) },
        ..OpusSettings::default()
    }
}

/// G.711: the first octet's lowest bit is the law.
pub fn g711(data: &[u8]) {
    let Some((law, rest)) = data.split_first() else { return };
    codec(if law & 1 == 0 { &CodecName::Pcmu } else { &CodecName::Pcma }, rest);
}

/// G.722.
pub fn g722(data: &[u8]) {
    codec(&CodecName::G722, data);
}

/// G.729.
pub fn g729(data: &[u8]) {
    codec(&CodecName::G729, data);
}

/// L16.
pub fn l16(data: &[u8]) {
    codec(&CodecName::L16, data);
}

/// Opus; nothing where it is not built in.
pub fn opus(data: &[u8]) {
    codec(&CodecName::Opus, data);
}

/// Comfort noise: payloads are described one after another; the noise is bounded, and what is read can be written.
pub fn comfort_noise(data: &[u8]) {
    let (mut octets, mut analyzer) = (Octets(data), ComfortNoiseAnalyzer::new());
    let mut generator = ComfortNoiseGenerator::new(u32::from(octets.one()));
    while !octets.0.is_empty() {
        let (payload_length, block) = (usize::from(octets.one() % 20), usize::from(octets.one()) * 2);
        let payload = octets.some(payload_length);
        match ComfortNoise::parse(payload) {
            Ok(noise) => {
                generator.describe(&noise);
                let mut again = [0; 64];
                let written = noise.write(&mut again).expect("64 octets hold any description");
                assert_eq!(ComfortNoise::parse(&again[..written]), Ok(noise));
                assert_eq!(noise.write(&mut again[..written - 1]), Err(CodecFault::ShortOutput));
            }
            Err(fault) => assert!(payload.is_empty(), "{fault:?}"),
        }
        let mut out = vec![0.0; block];
        generator.generate(&mut out);
        assert!(out.iter().all(|x| x.abs() <= 1.0), "the noise is bounded");
        analyzer.observe(&out);
        analyzer.observe(&octets.some(16).chunks(4).map(sample).collect::<Vec<_>>());
        assert!((-127.0..=0.0).contains(&analyzer.describe().level().0));
    }
}

/// A transcoder between two codecs that the first octets choose: however packets come and go, time does not.
pub fn transcoder(data: &[u8]) {
    let mut octets = Octets(data);
    let names: Vec<CodecName> =
        CodecManager::default().supported_audio_codecs().into_iter().map(|c| c.format.name).collect();
    let mut side = || chosen(&names[usize::from(octets.one()) % names.len()], &mut octets);
    let (Some((from, source)), Some((to, sink))) = (side(), side()) else { return };
    let (from, to) =
        ((&from.format.name, from.format.clock_rate, &source), (&to.format.name, to.format.clock_rate, &sink));
    let mut transcoder = CodecManager::default().create_transcoder(from, to).expect("both are there");
    let mut out = vec![0; 4 * 12 * 480];
    while !octets.0.is_empty() {
        let (what, length) = (octets.one(), usize::from(octets.one()));
        let before = transcoder.counters();
        match what % 4 {
            0 => transcoder.lost(Some(octets.some(length))),
            1 => transcoder.lost(None),
            _ => {
                let outcome = transcoder.push(octets.some(length));
                assert_eq!(outcome.is_err(), transcoder.counters().malformed > before.malformed);
            }
        }
        if what & 0x10 == 0 {
            while transcoder.pull(&mut out).expect("room for any packet").is_some() {}
        }
    }
}

#[cfg(test)]
mod tests;
