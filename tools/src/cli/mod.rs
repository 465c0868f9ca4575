//! Control: the voice of all tools: what each command line, result and error is like is agreed here and nowhere else.
//!
//! - **Arguments**: INPUT, then OUTPUT, by place; a second input by its name (`--far`, `--trace`). `--plot FILE` draws,
//!   `--json` prints one JSON object, `--rate HZ` and `--codec NAME` are of the output, `--from-rate`, `--from-codec` of
//!   the input, `--from` and `--until` are times in seconds. An option that sets a field of the library has the field's
//!   name, unit included (`--tail-ms`, `--target-lufs`). `-o FILE` is the output where the number of inputs is free.
//! - **Files** ([`files`]): none is read and written, none written twice; a picture's name is looked at before the work.
//! - **Values** ([`values`]): a number out of range is refused as it is read: "must be 0 to 10".
//! - **Results** ([`report`]): one list of named values; a name ends in its unit (`delay_ms`, `output_lufs`), a count is a
//!   plural. Levels are dBFS: 0 is the power of a full-scale square wave.
//! - **Errors**: `TOOL: FILE: what is wrong: what to do`, on one line of standard error, the file once.
//! - **Exit codes**: 0 done, and nothing is wrong; 1 not done, or found wrong; 2 the command line is wrong. Tools that
//!   judge (agent-load, call-demo, call-load, hall, interop, latency-histogram, soak, stress) keep 1 for their verdict: they end with 2 if they could
//!   not run.

pub mod files;
pub mod report;
pub mod values;

use files::Files;
use media_core::processing::ProcessingError;
use std::process::ExitCode;

/// A command of a tool that works on files.
pub trait Command {
    /// All files that it reads and writes.
    fn files(&self) -> Files<'_>;

    /// Does it, once [`Files::check`] has found nothing wrong.
    ///
    /// # Errors
    /// What went wrong, for the user.
    fn run(&self) -> anyhow::Result<()>;
}

/// Checks a command's files, then runs it.
///
/// # Errors
/// What went wrong, for the user.
pub fn run(command: &dyn Command) -> anyhow::Result<()> {
    command.files().check()?;
    command.run().map_err(|error| named_by_its_flag(error, std::env::args()))
}

/// A value that the library refuses by its field is told by the flag that gave it.
fn named_by_its_flag(error: anyhow::Error, mut line: impl Iterator<Item = String>) -> anyhow::Error {
    let flag = match error.downcast_ref() {
        Some(ProcessingError::Parameter { field, .. }) => format!("--{}", field.replace('_', "-")),
        _ => return error,
    };
    let given = |word: String| word.strip_prefix(&flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
    match error.to_string().split_once(" = ") {
        Some((_, rest)) if line.any(given) => anyhow::anyhow!("{flag} {rest}"),
        _ => error,
    }
}

/// A tool's exit code; what kept it from its work is told.
pub fn end(tool: &str, outcome: anyhow::Result<ExitCode>, could_not_run: u8) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("{tool}: {error:#}");
        ExitCode::from(could_not_run)
    })
}

#[cfg(test)]
mod tests;
