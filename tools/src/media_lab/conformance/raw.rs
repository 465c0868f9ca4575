//! Control: files without a header: octets, and 16-bit words in little-endian order.

use crate::cli::files;
use crate::sound::kind::Kind;
use anyhow::{Result, bail, ensure};
use media_core::processing::format::bit_depth::{f32_to_i16, i16_to_f32};
use std::path::Path;

/// The whole file.
///
/// # Errors
/// It cannot be read, or is WAV or Ogg.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let octets = files::read(path)?;
    match Kind::of(&octets) {
        Kind::Wave | Kind::Ogg => bail!("{}: is a sound file with a header: bare octets are read here", path.display()),
        _ => Ok(octets),
    }
}

/// Writes the whole file.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, octets: &[u8]) -> Result<()> {
    files::write(path, octets)
}

/// The file as words.
///
/// # Errors
/// It cannot be read, or ends within a word.
pub fn read_words(path: &Path) -> Result<Vec<u16>> {
    let octets = read(path)?;
    let (words, rest) = octets.as_chunks::<2>();
    ensure!(rest.is_empty(), "{}: ends within a 16-bit word", path.display());
    Ok(words.iter().map(|&w| u16::from_le_bytes(w)).collect())
}

/// Writes words.
///
/// # Errors
/// The file cannot be written.
pub fn write_words(path: &Path, words: &[u16]) -> Result<()> {
    write(path, words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>().as_slice())
}

/// The file as samples, 1.0 = full scale.
///
/// # Errors
/// As [`read_words`].
pub fn read_pcm(path: &Path) -> Result<Vec<f32>> {
    Ok(read_words(path)?.into_iter().map(|w| i16_to_f32(w as i16)).collect())
}

/// Writes samples, rounded to 16 bits.
///
/// # Errors
/// The file cannot be written.
pub fn write_pcm(path: &Path, samples: impl IntoIterator<Item = f32>) -> Result<()> {
    let words: Vec<u16> = samples.into_iter().map(|s| f32_to_i16(s) as u16).collect();
    write_words(path, &words)
}
