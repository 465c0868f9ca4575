//! Pure: the codecs: traits, the closed set of our own, and the door for an embedder's.

pub mod audio;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod select;
#[cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]
mod traits;

pub use audio::g711::{G711Decoder, G711Encoder, Law};
pub use select::{Decoder, Encoder};
pub use traits::{AudioDecoder, AudioEncoder, CodecFault};
