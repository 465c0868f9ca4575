//! Control: the parts of `call-demo`: real calls on loopback through a real engine, and the proof of who heard whom.
//!
//! [`run`] starts the engine and sets up the calls; each [`party`] is an RTP endpoint on a thread of its own, which
//! says its [`speech`] (a file, or a [`voice`]) and keeps what it hears; [`hearing`] finds each talker in what a party
//! heard, [`verdict`] judges that, [`flights`] replays the calls if asked, and [`report`] prints all.

pub mod args;
pub mod flights;
pub mod hearing;
pub mod party;
mod progress;
pub mod report;
pub mod run;
pub mod speech;
pub mod verdict;
pub mod voice;

#[cfg(test)]
mod flights_tests;
#[cfg(test)]
mod hearing_tests;
#[cfg(test)]
mod party_tests;
#[cfg(test)]
mod speech_tests;

/// Samples a second, everywhere in the demo: G.711's.
pub const RATE: usize = 8_000;

/// Mean level in dBov: 0 is a full-scale square wave (RFC 6464 clause 3); silence is -127.
pub fn level_dbov(samples: &[f32]) -> f32 {
    let square: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    let mean = square / samples.len().max(1) as f64;
    (10.0 * mean.max(1e-13).log10()).max(-127.0) as f32
}
