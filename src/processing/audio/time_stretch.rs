//! Real-time: changing the length of speech and music without changing their pitch.
//!
//! Waveform similarity overlap-add (Verhelst and Roelands, ICASSP 1993), one splice at a time: [`shorten`] plays the
//! audio over into a place further on that looks like the present one; [`lengthen`] plays it over into such a place
//! further back. Both refuse where no place is similar enough, which keeps music and attacks whole. `correlation` finds
//! the place, `crossfade` joins, `splice` does the two operations on the caller's memory.

pub(crate) mod correlation;
pub(crate) mod crossfade;
mod splice;

pub use splice::{Splice, lengthen, shorten};

#[cfg(test)]
mod tests;
