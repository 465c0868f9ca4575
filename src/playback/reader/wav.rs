//! Control: a WAV file as mono samples, read as it is played (crate hound). What comes from a file is believed in nothing: its
//! header may be longer than it.

use super::origin::{Origin, Taken};
use crate::playback::media_root;
use crate::playback::prompt::RATES;
use crate::playback::report::PlaybackFault;
use hound::{SampleFormat, WavReader};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

const MOST_CHANNELS: u16 = 64;

/// See the head of the file.
pub(super) struct Wav {
    reader: WavReader<BufReader<File>>,
    channels: u16,
    /// `None`: floating point.
    scale: Option<f32>,
    /// Samples of a channel: as the header says, and as the file can have.
    told: u64,
    there: u64,
    at: u64,
}

impl std::fmt::Debug for Wav {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wav").field("told", &self.told).field("there", &self.there).finish_non_exhaustive()
    }
}

impl Wav {
    /// Opens a file; with its rate in Hz.
    pub(super) fn open(path: &Path, root: Option<&Path>) -> Result<(Self, u32), PlaybackFault> {
        let (file, octets) = media_root::open(path, root)?;
        if octets == 0 {
            return Err(PlaybackFault::Empty);
        }
        let reader = WavReader::new(BufReader::new(file)).map_err(|error| of(&error, PlaybackFault::NotWav))?;
        let spec = reader.spec();
        let scale = match (spec.sample_format, spec.bits_per_sample) {
            (SampleFormat::Int, bits @ (8 | 16 | 24 | 32)) => Some(1.0 / (1u64 << (bits - 1)) as f32),
            (SampleFormat::Float, 32) => None,
            _ => return Err(PlaybackFault::Unsupported),
        };
        if !(1..=MOST_CHANNELS).contains(&spec.channels) || !RATES.contains(&spec.sample_rate) {
            return Err(PlaybackFault::Unsupported);
        }
        let told = u64::from(reader.duration());
        let frame = u64::from(spec.channels) * u64::from(spec.bits_per_sample / 8);
        let there = told.min(octets / frame);
        Ok((Self { reader, channels: spec.channels, scale, told, there, at: 0 }, spec.sample_rate))
    }

    /// The mean of the channels; `None` at the end.
    fn frame(&mut self) -> Result<Option<f32>, hound::Error> {
        let mut sum = 0.0;
        for _ in 0..self.channels {
            let sample = match self.scale {
                Some(scale) => self.reader.samples::<i32>().next().map(|x| x.map(|x| x as f32 * scale)),
                None => self.reader.samples::<f32>().next(),
            };
            let Some(sample) = sample else { return Ok(None) };
            sum += sample?;
        }
        Ok(Some(sum / f32::from(self.channels)))
    }
}

impl Origin for Wav {
    fn length(&self) -> u64 {
        self.told
    }

    fn seek(&mut self, sample: u64) -> Result<(), PlaybackFault> {
        // Beyond its end hound finds its way no more.
        let to = sample.min(self.there);
        self.at = to;
        self.reader.seek(to as u32).map_err(|error| media_root::fault(error.kind()))
    }

    fn read(&mut self, out: &mut [f32]) -> Taken {
        for (read, sample) in out.iter_mut().enumerate() {
            match self.frame() {
                Ok(Some(x)) => *sample = x,
                Ok(None) if self.at < self.told => return (read, Some(PlaybackFault::Truncated)),
                Ok(None) => return (read, None),
                Err(error) => return (read, Some(of(&error, PlaybackFault::Truncated))),
            }
            self.at += 1;
        }
        (out.len(), None)
    }
}

/// `otherwise`: what it is that the file is no WAV file here.
fn of(error: &hound::Error, otherwise: PlaybackFault) -> PlaybackFault {
    match error {
        hound::Error::IoError(error) => match error.kind() {
            // hound's word for a file that is over.
            std::io::ErrorKind::Other | std::io::ErrorKind::UnexpectedEof => otherwise,
            kind => media_root::fault(kind),
        },
        hound::Error::Unsupported | hound::Error::InvalidSampleFormat | hound::Error::TooWide => {
            PlaybackFault::Unsupported
        }
        _ => otherwise,
    }
}
