//! Real-time: the decoders of a stream's formats, one of which is at work.

use crate::codec::AudioDecoder;
use crate::types::MediaTime;

/// What a [`PlayoutReceiver`](super::PlayoutReceiver) decodes with. A single decoder is a stream of one format.
pub trait Decoders {
    /// One of them.
    type Decoder: AudioDecoder + ?Sized;

    /// The one at work.
    fn active(&mut self) -> &mut Self::Decoder;

    /// Puts the decoder of `format` to work, for a packet that came at `at`. `None` if it was at work already, else the
    /// samples at its start that are no audio yet.
    fn select(&mut self, format: u8, at: MediaTime) -> Option<usize>;

    /// Whether the decoder at work is that of `format`.
    fn is_at(&self, format: u8) -> bool;
}

impl<D: AudioDecoder + ?Sized> Decoders for D {
    type Decoder = D;

    fn active(&mut self) -> &mut D {
        self
    }

    fn select(&mut self, _format: u8, _at: MediaTime) -> Option<usize> {
        None
    }

    fn is_at(&self, _format: u8) -> bool {
        true
    }
}
