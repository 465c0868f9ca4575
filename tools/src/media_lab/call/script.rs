//! Control: who says what in a call: made speech by turns, or files.

use super::activity;
use crate::jitter_lab::read_sound;
use crate::speech_like;
use anyhow::{Result, ensure};
use media_core::types::SampleRate;
use std::path::PathBuf;

/// A round of made speech: who speaks (A, B) from when to when, in seconds.
pub const ROUND_S: f64 = 24.0;
const TURNS: [(usize, f64, f64); 4] = [(0, 0.5, 8.5), (1, 8.5, 13.5), (0, 13.5, 21.5), (1, 13.5, 21.5)];

/// What one says.
#[derive(Debug, Clone)]
pub struct Says {
    /// At which rate.
    pub rate: SampleRate,
    /// A file; else it is made.
    pub file: Option<PathBuf>,
    /// Its level while speaking; a file's own where none is given.
    pub level_dbfs: Option<f64>,
    /// When its file begins, s.
    pub from_s: f64,
}

/// Level of made speech.
const LEVEL_DBFS: f64 = -26.0;

/// What both say, each at its own rate, both for so many seconds.
///
/// # Errors
/// A file that cannot be read, or in which nothing is said.
pub fn said(says: &[Says; 2], seconds: Option<f64>, seed: u64) -> Result<([Vec<f32>; 2], f64)> {
    let mut files = [None, None];
    for (file, says) in files.iter_mut().zip(says) {
        let Some(path) = &says.file else { continue };
        let (_, mut pcm) = read_sound(path, |_| says.rate)?;
        pcm.splice(..0, std::iter::repeat_n(0.0, (says.from_s * f64::from(says.rate.hz())) as usize));
        *file = Some(pcm);
    }
    // What is said last is heard as well.
    let lengths = files
        .iter()
        .zip(says)
        .filter_map(|(file, says)| file.as_ref().map(|pcm| pcm.len() as f64 / f64::from(says.rate.hz()) + 1.0));
    let longest = lengths.fold(None, |longest: Option<f64>, length| Some(longest.map_or(length, |l| l.max(length))));
    let seconds = (seconds.or(longest).unwrap_or(ROUND_S) * 100.0).ceil() / 100.0;
    let mut both = [Vec::new(), Vec::new()];
    for (who, (said, says)) in both.iter_mut().zip(says).enumerate() {
        let wanted = (seconds * 100.0).round() as usize * says.rate.block_samples();
        let made = files[who].is_none();
        *said = files[who].take().unwrap_or_else(|| by_turns(who, says.rate, seconds, seed));
        said.resize(wanted, 0.0);
        if let Some(dbfs) = says.level_dbfs.or(made.then_some(LEVEL_DBFS)) {
            level(said, says.rate, dbfs);
        }
        let block = says.rate.block_samples();
        let (name, speaks) = (["A", "B"][who], activity::active(said, block).contains(&true));
        let file = says.file.as_ref().map_or(String::new(), |file| format!("{}: ", file.display()));
        ensure!(speaks, "{file}{name} says nothing in {seconds} s: give it a sound, or a longer --seconds");
    }
    Ok((both, seconds))
}

fn by_turns(who: usize, rate: SampleRate, seconds: f64, seed: u64) -> Vec<f32> {
    let at = |s: f64| (s * f64::from(rate.hz())) as usize;
    let mut said = vec![0.0; at(seconds) + at(ROUND_S)];
    for round in 0..(seconds / ROUND_S).ceil() as u32 {
        for (turn, (_, from, to)) in TURNS.iter().enumerate().filter(|(_, turn)| turn.0 == who) {
            let number = (seed as u32).wrapping_mul(64).wrapping_add(round * 8 + turn as u32);
            // It begins with a second of silence.
            let voice = speech_like::voice(rate, (to - from + 1.0) as f32, number).samples;
            let begin = at(*from + f64::from(round) * ROUND_S);
            let spoken = voice.get(at(1.0)..).unwrap_or_default();
            said[begin..].iter_mut().zip(spoken).for_each(|(s, x)| *s = *x);
        }
    }
    said
}

/// Brings it to that level where something is said.
fn level(pcm: &mut [f32], rate: SampleRate, dbfs: f64) {
    let powers = activity::powers(pcm, rate.block_samples());
    let loud = activity::loud(&powers);
    let spoken = powers.into_iter().zip(loud).filter_map(|(power, loud)| loud.then_some(power));
    if let Some(now) = activity::level_dbfs(spoken) {
        let gain = 10f64.powf((dbfs - now) / 20.0) as f32;
        pcm.iter_mut().for_each(|x| *x = (*x * gain).clamp(-1.0, 1.0));
    }
}
