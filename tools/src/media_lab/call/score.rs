//! Control: what programs say that judge speech by listening (PESQ, AECMOS), where they are at hand: the `score.py` of the scenes.

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What they say of B's speech at A's ear.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scores {
    /// P.862.1.
    pub pesq_nb: Option<f64>,
    /// P.862.2, of calls at 16 kHz.
    pub pesq_wb: Option<f64>,
    /// How little echo is heard, 1 to 5.
    pub aecmos_echo: Option<f64>,
    /// How little else is wrong, 1 to 5.
    pub aecmos_other: Option<f64>,
}

/// The sounds that are judged.
#[derive(Debug)]
pub struct Heard<'a> {
    /// What B said.
    pub said: &'a Path,
    /// What A heard, in step with it.
    pub heard: &'a Path,
    /// What B's loudspeaker played.
    pub played: &'a Path,
    /// What B's microphone took up.
    pub mic: &'a Path,
}

/// Where `score.py` is: as given, else by the variable.
#[must_use]
pub fn program(given: Option<&PathBuf>) -> Option<PathBuf> {
    given.cloned().or_else(|| std::env::var_os("MEDIA_CORE_SCORE").map(PathBuf::from))
}

/// Has them judge. What cannot be had is told, and left out.
///
/// # Errors
/// The program is not there.
pub fn scores(program: &Path, heard: &Heard<'_>) -> Result<Scores> {
    if !program.is_file() {
        bail!("{}: is not there: give the score.py of the scenes by --score, or MEDIA_CORE_SCORE", program.display());
    }
    let run = |arguments: &[&std::ffi::OsStr]| match judged(program, arguments) {
        Ok(value) => value,
        Err(why) => {
            eprintln!("skipped: {why:#}");
            Value::Null
        }
    };
    let number = |value: &Value, names: &[&str]| names.iter().find_map(|name| value.get(name)?.as_f64());
    let pesq = run(&["pesq".as_ref(), heard.said.as_ref(), heard.heard.as_ref()]);
    let sounds = [heard.played, heard.mic, heard.heard].map(AsRef::as_ref);
    let aecmos = run(&["aecmos".as_ref(), sounds[0], sounds[1], sounds[2], "--type".as_ref(), "dt".as_ref()]);
    Ok(Scores {
        pesq_nb: number(&pesq, &["pesq_nb"]),
        pesq_wb: number(&pesq, &["pesq_wb"]),
        aecmos_echo: number(&aecmos, &["echo_mos"]),
        aecmos_other: number(&aecmos, &["deg_mos"]),
    })
}

/// Runs it with the Python of its own environment, if it has one.
fn judged(program: &Path, arguments: &[&std::ffi::OsStr]) -> Result<Value> {
    let own = program.with_file_name("venv/bin/python");
    let python = std::env::var_os("MEDIA_CORE_PYTHON").map(PathBuf::from).or_else(|| own.is_file().then_some(own));
    let python = python.unwrap_or_else(|| "python3".into());
    let told = || format!("{} {} {}", python.display(), program.display(), arguments[0].to_string_lossy());
    let output = Command::new(&python).arg(program).args(arguments).output().with_context(told)?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = errors.lines().last().unwrap_or_default();
        bail!("{}: {last}: install requirements.txt beside it, and name that Python by MEDIA_CORE_PYTHON", told());
    }
    serde_json::from_slice(&output.stdout).with_context(told)
}
