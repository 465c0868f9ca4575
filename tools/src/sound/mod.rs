//! Control: sound files, one reader and one writer for every tool.
//!
//! `riff` walks a file's chunks, `format` says how its samples are stored, `samples` takes them apart, `ogg` holds pages and
//! packets of Ogg Opus, `opus` decodes them, `kind` names what a file is, `write` writes WAV. The crates hound 3.5, symphonia
//! 0.6 and ogg 0.9 were measured on the files that recorders, editors and streams leave behind: hound refused or misread 20
//! of 51 headers, symphonia 12 (one by a panic), ogg ends at the first page that is missing or begins a chain of one serial
//! number; hence our own.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types, reason = "control side")]

pub mod format;
pub mod kind;
pub mod ogg;
pub mod opus;
pub mod riff;
pub mod samples;
pub mod write;

use crate::cli::files;
use anyhow::{Context, Result, bail, ensure};
use kind::Kind;
use media_core::types::SampleRate;
use std::path::Path;

pub use write::{Encoding, write};

/// The sample rates of the engine, as a person lists them.
pub const ENGINE_RATES: &str = "8000, 16000, 24000, 32000 or 48000 Hz";

/// A sound in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// Sample rate in Hz.
    pub rate: u32,
    /// One vector a channel, all of the same length; 1.0 = full scale.
    pub channels: Vec<Vec<f32>>,
}

impl Sound {
    /// A sound of one channel.
    #[must_use]
    pub fn mono(rate: u32, samples: Vec<f32>) -> Self {
        Self { rate, channels: vec![samples] }
    }

    /// Samples per channel.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// The one channel of a mono sound.
    ///
    /// # Errors
    /// It has more than one.
    pub fn single(&self) -> Result<&[f32]> {
        let count = self.channels.len();
        ensure!(count == 1, "has {count} channels: must be mono: media-lab convert --channels 1 IN OUT.wav");
        Ok(&self.channels[0])
    }
}

/// Reads a sound: WAV (RIFF, RIFX, RF64, BW64) with linear, float, µ-law or A-law samples, or Ogg Opus, at 48 kHz. What is
/// odd about the file and can be lived with is told on standard error.
///
/// # Errors
/// Names the file, and what it is if it is no such sound.
pub fn read(path: &Path) -> Result<Sound> {
    let octets = load(path)?;
    let (sound, remarks) = parse(&octets).with_context(|| path.display().to_string())?;
    remarks.iter().for_each(|remark| eprintln!("{}: {remark}", path.display()));
    Ok(sound)
}

/// A file's octets, without a tag of ID3 before a sound.
///
/// # Errors
/// It cannot be read.
pub fn load(path: &Path) -> Result<Vec<u8>> {
    let mut octets = files::read(path)?;
    let tag = octets.len() - kind::behind_tag(&octets).len();
    octets.drain(..tag);
    Ok(octets)
}

/// Reads a sound out of a file's octets, and what is to be said of it.
///
/// # Errors
/// It is none; says what it is.
pub fn parse(octets: &[u8]) -> Result<(Sound, Vec<String>)> {
    match Kind::of(octets) {
        Kind::Wave => {
            let wave = riff::parse(octets)?;
            Ok((samples::sound(&wave)?, wave.remarks))
        }
        Kind::Ogg => opus::sound(octets),
        other => bail!(other.refusal()),
    }
}

/// Reads a sound of a rate that the engine has.
///
/// # Errors
/// As [`read`]; another rate: says what to do.
pub fn read_engine(path: &Path) -> Result<(Sound, SampleRate)> {
    let sound = read(path)?;
    let (file, hz) = (path.display(), sound.rate);
    let rate = SampleRate::from_hz(hz).with_context(|| {
        format!("{file}: has {hz} Hz: must be {ENGINE_RATES}: media-lab resample --rate 48000 IN OUT.wav")
    })?;
    Ok((sound, rate))
}

/// Reads a mono sound of a rate that the engine has.
///
/// # Errors
/// As [`read_engine`]; more channels: says what to do.
pub fn read_mono(path: &Path) -> Result<(Vec<f32>, SampleRate)> {
    let (mut sound, rate) = read_engine(path)?;
    sound.single().with_context(|| path.display().to_string())?;
    Ok((sound.channels.swap_remove(0), rate))
}

/// Reads a mono sound of the rate that another file has.
///
/// # Errors
/// As [`read_mono`]; another rate: says what to do.
pub fn read_mono_at(path: &Path, rate: SampleRate, other: &Path) -> Result<Vec<f32>> {
    let (pcm, own) = read_mono(path)?;
    let (file, other, hz) = (path.display(), other.display(), rate.hz());
    ensure!(own == rate, "{file}: has {own}, {other} {rate}: media-lab resample --rate {hz} IN OUT.wav");
    Ok(pcm)
}

#[cfg(test)]
mod ogg_tests;
#[cfg(test)]
mod tests;
