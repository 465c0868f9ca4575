//! `media-lab` as it is run: on test vectors, with ffmpeg, on files of its own.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types)]

mod call;
mod conformance;
mod ffmpeg;
mod files;
mod mix;
mod mos;
mod sound_files;
#[allow(dead_code, reason = "the library's own tests use the rest")]
#[path = "../../../src/processing/audio/speech_like.rs"]
mod speech_like;
mod training;
mod vectors;
mod voice;

use media_core::types;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `media-lab`.
fn lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_media-lab")).args(arguments).output().unwrap()
}

/// Runs `media-lab`, which has to succeed, and returns what it prints.
fn done(arguments: &[&str]) -> String {
    let output = lab(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs `media-lab`, which has to fail, and returns what it says.
fn refused(arguments: &[&str]) -> String {
    let output = lab(arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    String::from_utf8(output.stderr).unwrap()
}

/// A folder of a test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("media-lab-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The folder of the standard vectors, if it is there.
fn vectors() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors");
    let root = std::env::var_os("MEDIA_CORE_VECTORS").map_or_else(default, PathBuf::from);
    root.join("vcheck.py").exists().then_some(root)
}

/// Deterministic speech-like samples: two gliding tones in syllables, and a little noise.
fn voice(rate: u32, seconds: f32) -> Vec<f32> {
    let mut noise = 1u32;
    (0..(rate as f32 * seconds) as usize)
        .map(|n| {
            let t = n as f32 / rate as f32;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = (noise >> 8) as f32 / 16_777_216.0 - 0.5;
            let syllable = 0.2 + 0.8 * (t * 12.0).sin().powi(2);
            let gliding = |hz: f32, by: f32| (std::f32::consts::TAU * (hz * t + by * (t * 6.0).sin())).sin();
            syllable * (0.25 * gliding(600.0, 33.0) + 0.12 * gliding(1_900.0, 60.0)) + 0.01 * hiss
        })
        .collect()
}

fn write_wav(path: &str, rate: u32, channels: &[Vec<f32>]) {
    let sound = media_core_tools::media_lab::wav::Sound { rate, channels: channels.to_vec() };
    media_core_tools::media_lab::wav::write(path.as_ref(), &sound).unwrap();
}

fn read_wav(path: &str) -> media_core_tools::media_lab::wav::Sound {
    media_core_tools::media_lab::wav::read(path.as_ref()).unwrap()
}

/// Ratio in dB of the tone of `hz` in `pcm`, whatever its phase, to all else there.
fn tone_ratio(pcm: &[f32], rate: u32, hz: f64) -> f64 {
    let (mut sine, mut cosine, mut power) = (0.0, 0.0, 0.0);
    for (i, &x) in pcm.iter().enumerate() {
        let (x, phase) = (f64::from(x), std::f64::consts::TAU * hz * i as f64 / f64::from(rate));
        (sine, cosine, power) = (sine + x * phase.sin(), cosine + x * phase.cos(), power + x * x);
    }
    let own = (sine * sine + cosine * cosine) * 2.0 / pcm.len() as f64;
    10.0 * (own / (power - own).max(1e-12)).log10()
}

/// Ratio of `reference` to the difference of both in dB, at that delay under `most` samples where they fit best.
fn snr(reference: &[f32], heard: &[f32], most: usize) -> (usize, f32) {
    let at = |delay: usize| {
        let pairs = reference.iter().zip(heard.get(delay..).unwrap_or(&[]));
        let (signal, error) = pairs.fold((0.0f64, 1e-12f64), |(s, e), (&r, &h)| {
            (s + f64::from(r) * f64::from(r), e + f64::from(r - h) * f64::from(r - h))
        });
        10.0 * (signal / error).log10() as f32
    };
    (0..most).map(|delay| (delay, at(delay))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}
