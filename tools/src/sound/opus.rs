//! Pure: packets to sound, what is damaged or was not sent concealed; and the sound of an Ogg Opus file.

use super::Sound;
use super::ogg::{self, Head, Link};
use anyhow::{Context, Result};
use media_core::codec::CodecName;
use media_core::codec::{AudioCodecParams, AudioDecoder, CodecRegistry, Decoder};
use media_core::types::SampleRate;

/// Opus: the longest packet, in ms.
const LONGEST_MS: usize = 120;

/// Decodes packets one after another; `most` samples per channel is the longest, `usual` one whose length is not known. Says
/// also how many were concealed.
///
/// # Errors
/// No packet could be decoded.
pub fn decode<'a>(
    packets: impl Iterator<Item = &'a [u8]>,
    decoder: &mut Decoder,
    channels: u8,
    (most, usual): (usize, usize),
    mut progress: impl FnMut(usize),
) -> Result<(Vec<Vec<f32>>, usize)> {
    let channels = usize::from(channels);
    let mut pcm = vec![0.0; most * channels];
    let mut sound = vec![Vec::new(); channels];
    let (mut last, mut concealed, mut fault, mut heard) = (usual, 0, None, false);
    for (n, packet) in packets.enumerate() {
        let samples = match decoder.decode_into(packet, &mut pcm) {
            Ok(samples) => {
                heard = true;
                samples
            }
            Err(why) => {
                fault = fault.or(Some(why));
                concealed += 1;
                let gap = &mut pcm[..last * channels];
                if decoder.conceal_into(gap).is_err() {
                    gap.fill(0.0);
                }
                last
            }
        };
        for (to, plane) in sound.iter_mut().zip(pcm.chunks_exact(samples.max(1))) {
            to.extend_from_slice(plane);
        }
        last = samples;
        progress(n);
    }
    if !heard {
        return Err(fault.context("no packet")?).context("no packet could be decoded: is it this codec?");
    }
    Ok((sound, concealed))
}

/// Leaves out what a stream's head says is to be left out, and turns it up or down.
pub fn trim(channels: &mut [Vec<f32>], head: &Head, rate: u32) {
    let here = |at_48: u64| (u128::from(at_48) * u128::from(rate) / 48_000).min(usize::MAX as u128) as usize;
    let (skip, end) = (here(head.pre_skip.into()), here(head.end));
    for channel in channels {
        channel.truncate(end.max(skip));
        channel.drain(..skip.min(channel.len()));
        if head.gain != 0 {
            let factor = head.factor();
            channel.iter_mut().for_each(|sample| *sample *= factor);
        }
    }
}

/// The sound of a stream, and how many packets were concealed.
///
/// # Errors
/// No packet could be decoded.
pub fn link(
    link: &Link,
    rate: SampleRate,
    channels: u8,
    progress: impl FnMut(usize),
) -> Result<(Vec<Vec<f32>>, usize)> {
    let params = AudioCodecParams::mono(rate).with_channels(channels);
    let mut decoder = CodecRegistry::standard().decoder(&CodecName::Opus, 48_000, &params)?;
    let block = rate.block_samples();
    let packets = link.packets.iter().map(Vec::as_slice);
    let (mut sound, concealed) =
        decode(packets, &mut decoder, channels, (block * LONGEST_MS / 10, 2 * block), progress)?;
    trim(&mut sound, &link.head, rate.hz());
    Ok((sound, concealed))
}

/// The sound of an Ogg Opus file at 48 kHz, and what is to be said of it.
///
/// # Errors
/// It is none, or nothing of it can be decoded.
pub fn sound(octets: &[u8]) -> Result<(Sound, Vec<String>)> {
    let chain = ogg::read(octets)?;
    let channels = chain.links.iter().map(|link| link.head.channels).max().unwrap_or(1);
    let mut sound = Sound { rate: 48_000, channels: vec![Vec::new(); channels.into()] };
    let mut concealed = 0;
    for one in &chain.links {
        let (planes, made_up) = link(one, SampleRate::Hz48000, channels, |_| ())?;
        concealed += made_up;
        sound.channels.iter_mut().zip(planes).for_each(|(to, plane)| to.extend(plane));
    }
    anyhow::ensure!(sound.samples() > 0, "it holds no sample");
    Ok((sound, remarks(chain.damaged, concealed)))
}

/// What is to be said of a damaged file.
#[must_use]
pub fn remarks(damaged: usize, concealed: usize) -> Vec<String> {
    if damaged + concealed == 0 {
        return Vec::new();
    }
    vec![format!("damaged in {damaged} places; {concealed} packets are concealed")]
}
