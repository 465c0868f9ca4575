//! Control: MP3, FLAC and Ogg Vorbis files as mono samples, decoded as they are played (crate symphonia). What comes from a file is
//! believed in nothing.

use super::origin::{Origin, Taken};
use crate::playback::media_root;
use crate::playback::prompt::RATES;
use crate::playback::report::PlaybackFault;
use std::path::Path;
use symphonia::core::audio::{AudioBufferRef, SampleBuffer};
use symphonia::core::codecs::{Decoder, DecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

/// Packets in a row that may be broken; they are left out.
const MOST_BROKEN: u32 = 16;
const MOST_CHANNELS: usize = 64;

/// See the head of the file.
pub(super) struct Compressed {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn Decoder>,
    track: u32,
    hz: u32,
    length: u64,
    /// The next sample to be read, decoded samples from there on, and how many of those were read.
    at: u64,
    decoded: Vec<f32>,
    read: usize,
}

impl std::fmt::Debug for Compressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compressed").field("length", &self.length).field("at", &self.at).finish_non_exhaustive()
    }
}

impl Compressed {
    /// Opens a file; with its rate in Hz.
    pub(super) fn open(path: &Path, root: Option<&Path>) -> Result<(Self, u32), PlaybackFault> {
        let (file, _) = media_root::open(path, root)?;
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        // Encoders put silence before and behind what they are given: left out, where the file says how much.
        let options = FormatOptions { enable_gapless: true, ..Default::default() };
        let probed = symphonia::default::get_probe().format(&hint, stream, &options, &MetadataOptions::default());
        let mut format = probed.map_err(|error| of(&error, PlaybackFault::UnknownFormat))?.format;
        let track = format.default_track().ok_or(PlaybackFault::Empty)?;
        let (id, params) = (track.id, track.codec_params.clone());
        let channels = params.channels.map_or(1, |channels| channels.count());
        let hz = params.sample_rate.filter(|hz| RATES.contains(hz)).ok_or(PlaybackFault::Unsupported)?;
        if !(1..=MOST_CHANNELS).contains(&channels) {
            return Err(PlaybackFault::Unsupported);
        }
        let made = symphonia::default::get_codecs().make(&params, &DecoderOptions::default());
        let decoder = made.map_err(|error| of(&error, PlaybackFault::Unsupported))?;
        let length = match params.n_frames {
            Some(frames) => frames,
            None => counted(&mut *format, id)?,
        };
        let compressed = Self { format, decoder, track: id, hz, length, at: 0, decoded: Vec::new(), read: 0 };
        Ok((compressed, hz))
    }

    /// Decodes the next packet; false at the end.
    fn decode(&mut self) -> Result<bool, PlaybackFault> {
        let mut broken = 0;
        loop {
            let packet = match self.format.next_packet() {
                Ok(packet) if packet.track_id() != self.track => continue,
                Ok(packet) => packet,
                Err(error) if is_end(&error) => return Ok(false),
                Err(error) => return Err(of(&error, PlaybackFault::Truncated)),
            };
            match self.decoder.decode(&packet) {
                Ok(audio) => {
                    if audio.spec().rate != self.hz {
                        return Err(PlaybackFault::Unsupported);
                    }
                    (self.decoded, self.read) = (mono(audio), 0);
                    if !self.decoded.is_empty() {
                        return Ok(true);
                    }
                }
                Err(Error::DecodeError(_)) if broken < MOST_BROKEN => broken += 1,
                Err(error) => return Err(of(&error, PlaybackFault::Truncated)),
            }
        }
    }
}

/// The mean of the channels.
fn mono(audio: AudioBufferRef<'_>) -> Vec<f32> {
    let channels = audio.spec().channels.count().max(1);
    let mut samples = SampleBuffer::<f32>::new(audio.capacity() as u64, *audio.spec());
    samples.copy_interleaved_ref(audio);
    samples.samples().chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect()
}

/// How many samples there are in packets, where no header says.
fn counted(format: &mut dyn FormatReader, track: u32) -> Result<u64, PlaybackFault> {
    let mut length = 0u64;
    loop {
        match format.next_packet() {
            Ok(packet) if packet.track_id() == track => length = length.max(packet.ts().saturating_add(packet.dur())),
            Ok(_) => {}
            Err(error) if is_end(&error) => break,
            Err(error) => return Err(of(&error, PlaybackFault::Truncated)),
        }
    }
    let to = SeekTo::TimeStamp { ts: 0, track_id: track };
    format.seek(SeekMode::Accurate, to).map_err(|error| of(&error, PlaybackFault::Unsupported))?;
    Ok(length)
}

impl Origin for Compressed {
    fn length(&self) -> u64 {
        self.length
    }

    fn seek(&mut self, sample: u64) -> Result<(), PlaybackFault> {
        self.decoded.clear();
        self.read = 0;
        self.at = sample.min(self.length);
        if self.at == self.length {
            return Ok(());
        }
        let to = SeekTo::TimeStamp { ts: self.at, track_id: self.track };
        let sought = self.format.seek(SeekMode::Accurate, to).map_err(|error| of(&error, PlaybackFault::Truncated))?;
        self.decoder.reset();
        // A packet begins at or before it.
        let mut before = self.at.saturating_sub(sought.actual_ts);
        while before > 0 && self.decode()? {
            self.read = self.decoded.len().min(before as usize);
            before -= self.read as u64;
        }
        Ok(())
    }

    fn read(&mut self, out: &mut [f32]) -> Taken {
        let mut read = 0;
        while read < out.len() && self.at < self.length {
            if self.read == self.decoded.len() {
                match self.decode() {
                    Ok(true) => {}
                    Ok(false) => return (read, Some(PlaybackFault::Truncated)),
                    Err(fault) => return (read, Some(fault)),
                }
            }
            let left = (self.length - self.at).min(out.len() as u64 - read as u64) as usize;
            let some = (self.decoded.len() - self.read).min(left);
            out[read..read + some].copy_from_slice(&self.decoded[self.read..self.read + some]);
            (read, self.read, self.at) = (read + some, self.read + some, self.at + some as u64);
        }
        (read, None)
    }
}

/// symphonia's word for a file that is over.
fn is_end(error: &Error) -> bool {
    matches!(error, Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof)
        || matches!(error, Error::ResetRequired)
}

/// `otherwise`: what it is that the file is broken here.
fn of(error: &Error, otherwise: PlaybackFault) -> PlaybackFault {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => otherwise,
        Error::IoError(error) => media_root::fault(error.kind()),
        Error::Unsupported(_) if otherwise != PlaybackFault::UnknownFormat => PlaybackFault::Unsupported,
        _ => otherwise,
    }
}
