//! Control: the door by which an embedder's own audio codec comes into a session.
//!
//! The factory runs on the supervisor's thread, once for each encoder and decoder that a session needs; what it makes runs
//! on a media thread, by [`AudioEncoder`] and [`AudioDecoder`], whose contract it has to keep. One that panics there is
//! parked, and one that hands out NaN is stopped and counted; one that waits or allocates delays every call of its worker.

use crate::codec::{AudioDecoder, AudioEncoder};
use crate::rt::contain::{Contained, end};
use crate::types::SampleRate;
use std::fmt;
use std::sync::Arc;

/// An encoder and a decoder of one codec, as a factory makes them.
///
/// Example: [`CustomCodec`].
pub type CodecPair = (Box<dyn AudioEncoder>, Box<dyn AudioDecoder>);

/// An audio codec of the embedder's. Clones are the same codec; two that were made apart are not, whatever their names.
///
/// ```
/// use media_core::codec::{G711Decoder, G711Encoder, Law};
/// use media_core::session::CodecPair;
/// use media_core::{AudioFormat, CustomCodec, MediaSessionParams, SampleRate};
///
/// // In place of G711Encoder and G711Decoder: types of your own with AudioEncoder and AudioDecoder.
/// let codec = CustomCodec::new("X-LAW", 8000, SampleRate::Hz8000, || -> CodecPair {
///     (Box::new(G711Encoder::new(Law::A)), Box::new(G711Decoder::new(Law::A)))
/// });
/// let params = MediaSessionParams::new(AudioFormat::custom(&codec, 120)?);
/// assert_eq!((params.send.encoding(), params.send.payload_type()), ("X-LAW", 120));
/// # Ok::<(), media_core::SessionError>(())
/// ```
#[derive(Clone)]
pub struct CustomCodec(Arc<Inner>);

struct Inner {
    encoding: String,
    clock_rate: u32,
    sample_rate: SampleRate,
    make: Contained<dyn Fn() -> CodecPair + Send + Sync>,
}

impl CustomCodec {
    /// A codec by its encoding name (as in `rtpmap`), its RTP clock rate in Hz, a multiple of 100 from 8,000 to 192,000,
    /// and the rate of its audio, one channel. `make` must neither block nor panic.
    pub fn new(
        encoding: impl Into<String>,
        clock_rate: u32,
        sample_rate: SampleRate,
        make: impl Fn() -> CodecPair + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            encoding: encoding.into(),
            clock_rate,
            sample_rate,
            make: Contained::new(Box::new(make)),
        }))
    }

    /// The encoding name.
    pub fn encoding(&self) -> &str {
        &self.0.encoding
    }

    /// RTP clock rate in Hz.
    pub fn clock_rate(&self) -> u32 {
        self.0.clock_rate
    }

    /// Rate of the audio.
    pub fn sample_rate(&self) -> SampleRate {
        self.0.sample_rate
    }

    pub(super) fn encoder(&self) -> Box<dyn AudioEncoder> {
        let (encoder, decoder) = (self.0.make)();
        end("half of a codec", decoder);
        encoder
    }

    pub(super) fn decoder(&self) -> Box<dyn AudioDecoder> {
        let (encoder, decoder) = (self.0.make)();
        end("half of a codec", encoder);
        decoder
    }
}

impl PartialEq for CustomCodec {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for CustomCodec {}

impl fmt::Debug for CustomCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomCodec({}/{})", self.0.encoding, self.0.clock_rate)
    }
}
