//! Pure: the codecs: traits, the closed set of our own, and the door for an embedder's.

pub mod audio;
mod select;
mod traits;

pub use audio::g711::{G711Decoder, G711Encoder, Law};
pub use select::{Decoder, Encoder};
pub use traits::{AudioDecoder, AudioEncoder, CodecFault};
