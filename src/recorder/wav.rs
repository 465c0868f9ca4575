//! Control: a WAV file that is valid at every moment: its header is made anew each second.

use crate::processing::format::bit_depth::f32_to_i16;
use crate::types::SampleRate;
use std::io::{self, BufWriter, Seek, Write};

/// Octets beside the samples, generously.
const HEADER: u32 = 4_096;
/// Octets of a sample.
const SAMPLE: u32 = 2;

/// A file of 16-bit samples, one or two channels.
pub(super) struct Wav<W: Write + Seek> {
    writer: hound::WavWriter<BufWriter<W>>,
    channels: u16,
    /// Samples of a channel that it holds, and that its header knows of.
    written: u32,
    told: u32,
    second: u32,
}

impl<W: Write + Seek> std::fmt::Debug for Wav<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wav").field("channels", &self.channels).field("written", &self.written).finish_non_exhaustive()
    }
}

impl<W: Write + Seek> Wav<W> {
    /// Begins a file, which is valid and empty when this returns.
    pub(super) fn begin(file: W, channels: u16, rate: SampleRate) -> io::Result<Self> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate.hz(),
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(BufWriter::new(file), spec).map_err(plain)?;
        writer.flush().map_err(plain)?;
        Ok(Self { writer, channels, written: 0, told: 0, second: rate.hz() })
    }

    /// Samples of a channel that it holds at most: its sizes have 32 bits.
    pub(super) fn most(&self) -> u32 {
        (u32::MAX - HEADER) / (SAMPLE * u32::from(self.channels))
    }

    /// Samples of a channel.
    pub(super) fn written(&self) -> u32 {
        self.written
    }

    /// Adds the first `samples` of each channel; `None`: silence.
    pub(super) fn add(&mut self, channels: &[Option<&[f32]>], samples: usize) -> io::Result<()> {
        let mut writer = self.writer.get_i16_writer((samples * channels.len()) as u32);
        for n in 0..samples {
            for channel in channels {
                let sample = channel.and_then(|channel| channel.get(n).copied()).unwrap_or(0.0);
                writer.write_sample(f32_to_i16(sample));
            }
        }
        writer.flush().map_err(plain)?;
        self.written += samples as u32;
        if self.written - self.told >= self.second {
            self.told = self.written;
            self.writer.flush().map_err(plain)?;
        }
        Ok(())
    }

    /// Completes it.
    pub(super) fn end(self) -> io::Result<()> {
        self.writer.finalize().map_err(plain)
    }
}

fn plain(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
