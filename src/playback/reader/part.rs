//! Control: a part of a prompt that is open: where its samples come from, at the rate that they are wanted at.

#[cfg(feature = "symphonia")]
use super::compressed::Compressed;
use super::converter::Converted;
use super::generator::Generator;
use super::origin::{Held, Taken};
use super::wav::Wav;
#[cfg(feature = "symphonia")]
use crate::playback::media_root;
use crate::playback::prompt::{Part, PromptPart};
use crate::playback::report::{PlaybackFault, samples_in};
use crate::types::SampleRate;
use std::path::Path;

/// See the head of the file.
#[derive(Debug)]
pub(super) enum OpenPart {
    Wav(Converted<Wav>),
    #[cfg(feature = "symphonia")]
    Compressed(Box<Converted<Compressed>>),
    Samples(Converted<Held>),
    Tone(Box<Generator>),
    Silence {
        left: u64,
    },
}

impl OpenPart {
    /// Opens a part. May block, as long as a disk does.
    pub(super) fn open(part: &PromptPart, rate: SampleRate, root: Option<&Path>) -> Result<Self, PlaybackFault> {
        Ok(match &part.0 {
            Part::File(path) => {
                #[cfg(feature = "symphonia")]
                if !media_root::begins_with(path, root, b"RIFF")? {
                    let (compressed, hz) = Compressed::open(path, root)?;
                    return Ok(Self::Compressed(Box::new(Converted::new(compressed, hz, rate)?)));
                }
                let (wav, hz) = Wav::open(path, root)?;
                Self::Wav(Converted::new(wav, hz, rate)?)
            }
            Part::Samples { samples, hz } => Self::Samples(Converted::new(Held::new(samples.clone()), *hz, rate)?),
            Part::Tone(tone) => Self::Tone(Box::new(Generator::new(tone, rate))),
            Part::Silence(time) => Self::Silence { left: samples_in(*time, rate) },
        })
    }

    /// Passes over so many samples, or as many as there are; how many.
    pub(super) fn pass_over(&mut self, samples: u64) -> Result<u64, PlaybackFault> {
        match self {
            Self::Wav(wav) => wav.pass_over(samples),
            #[cfg(feature = "symphonia")]
            Self::Compressed(compressed) => compressed.pass_over(samples),
            Self::Samples(held) => held.pass_over(samples),
            Self::Tone(tone) => Ok(tone.pass_over(samples)),
            Self::Silence { left } => {
                let passed = samples.min(*left);
                *left -= passed;
                Ok(passed)
            }
        }
    }

    /// Reads until `out` is full, or nothing is left.
    pub(super) fn read(&mut self, out: &mut [f32]) -> Taken {
        match self {
            Self::Wav(wav) => wav.read(out),
            #[cfg(feature = "symphonia")]
            Self::Compressed(compressed) => compressed.read(out),
            Self::Samples(held) => held.read(out),
            Self::Tone(tone) => (tone.read(out), None),
            Self::Silence { left } => {
                let read = out.len().min(*left as usize);
                out[..read].fill(0.0);
                *left -= read as u64;
                (read, None)
            }
        }
    }
}
