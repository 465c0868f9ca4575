//! Control: sound files: WAV of any usual sample format in, planar f32 (1.0 = full scale) in memory, 16-bit WAV out.

use anyhow::{Context, ensure};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use std::path::Path;

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
    pub fn single(&self) -> anyhow::Result<&[f32]> {
        ensure!(self.channels.len() == 1, "the file has {} channels: this command takes mono", self.channels.len());
        Ok(&self.channels[0])
    }
}

/// Reads a WAV file.
///
/// # Errors
/// It cannot be read, or is of a format that is not supported.
pub fn read(path: &Path) -> anyhow::Result<Sound> {
    let mut reader = WavReader::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let spec = reader.spec();
    let interleaved: Vec<f32> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>(),
        SampleFormat::Int => {
            let scale = 1.0 / (1_i64 << (spec.bits_per_sample - 1)) as f32;
            reader.samples::<i32>().map(|s| s.map(|s| s as f32 * scale)).collect::<Result<_, _>>()
        }
    }
    .with_context(|| format!("{} is damaged", path.display()))?;
    let count = usize::from(spec.channels).max(1);
    let channels = (0..count).map(|c| interleaved.iter().skip(c).step_by(count).copied().collect()).collect();
    Ok(Sound { rate: spec.sample_rate, channels })
}

/// Writes a WAV file of 16 bit. Values beyond full scale are clipped; returns how many were.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, sound: &Sound) -> anyhow::Result<usize> {
    let spec = WavSpec {
        channels: u16::try_from(sound.channels.len())?,
        sample_rate: sound.rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut clipped = 0;
    let mut writer = WavWriter::create(path, spec).with_context(|| format!("cannot write {}", path.display()))?;
    for index in 0..sound.samples() {
        for channel in &sound.channels {
            let value = (channel[index] * 32_768.0).round();
            clipped += usize::from(!(-32_768.0..=32_767.0).contains(&value));
            writer.write_sample(value.clamp(-32_768.0, 32_767.0) as i16)?;
        }
    }
    writer.finalize().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(clipped)
}
