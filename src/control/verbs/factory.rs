//! Control: the door to what makes codecs: an embedder's code may be behind it.

use crate::error::{CodecError, Error};
use crate::rt::contain::contained;
use crate::session::AudioFormat;

/// What a codec's factory makes, and says of itself as it is put to use.
pub(super) fn made_of<T>(format: &AudioFormat, make: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let made = contained("the factory of a codec", make);
    made.unwrap_or_else(|| Err(CodecError::Panicked { codec: format.encoding().to_owned() }.into()))
}
