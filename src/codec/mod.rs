//! Pure: the codecs: traits, the closed set of our own, and the door for an embedder's.

pub mod audio;
pub mod negotiation;
mod traits;

pub use traits::{AudioDecoder, AudioEncoder, CodecFault};
