//! Control: the sounds of a call as files, and what those say who listen to them.

use super::run::{Outcome, Plan};
use super::score::{self, Heard, Scores};
use crate::media_lab::wav::{self, Sound};
use anyhow::{Context as _, Result, ensure};
use std::path::{Path, PathBuf};

/// What is written: name, whose rate, samples.
fn sounds<'a>(plan: &'a Plan, outcome: &'a Outcome) -> [(&'static str, usize, &'a [f32]); 6] {
    [
        ("said-a.wav", 0, &plan.said[0]),
        ("said-b.wav", 1, &plan.said[1]),
        ("heard-a.wav", 0, &outcome.heard[0]),
        ("heard-b.wav", 1, &outcome.heard[1]),
        ("mic-b.wav", 1, &outcome.taken.mic),
        ("echo-b.wav", 1, &outcome.taken.echo),
    ]
}

/// Whether the folder is there and has none of them.
///
/// # Errors
/// Names the file that would be written over.
pub fn prepare(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for name in ["said-a", "said-b", "heard-a", "heard-b", "mic-b", "echo-b"] {
        let path = folder.join(format!("{name}.wav"));
        ensure!(!path.exists(), "{} is there already: give an empty folder", path.display());
    }
    Ok(())
}

/// Writes them.
///
/// # Errors
/// A file cannot be written.
pub fn write(folder: &Path, plan: &Plan, outcome: &Outcome) -> Result<()> {
    for (name, who, pcm) in sounds(plan, outcome) {
        wav::write(&folder.join(name), &Sound::mono(plan.codecs[who].rate().hz(), pcm.to_vec()))?;
    }
    Ok(())
}

/// A folder that goes away.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Has what A heard of B judged by `program`; `late_ms`: by how much it is later than said.
///
/// # Errors
/// No program, or no place for files.
pub fn scores(program: &Path, plan: &Plan, outcome: &Outcome, late_ms: f64) -> Result<Scores> {
    let folder = Passing(std::env::temp_dir().join(format!("media-lab-call-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).with_context(|| folder.0.display().to_string())?;
    write(&folder.0, plan, outcome)?;
    let rate = plan.codecs[0].rate().hz();
    let late = (late_ms / 1e3 * f64::from(rate)) as usize;
    let in_step = outcome.heard[0].get(late..).unwrap_or_default().to_vec();
    let path = |name: &str| folder.0.join(name);
    wav::write(&path("in-step.wav"), &Sound::mono(rate, in_step))?;
    let [said, heard, played, mic] = ["said-b.wav", "in-step.wav", "heard-b.wav", "mic-b.wav"].map(path);
    score::scores(program, &Heard { said: &said, heard: &heard, played: &played, mic: &mic })
}
