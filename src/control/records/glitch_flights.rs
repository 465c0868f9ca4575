//! Control: flight files that are written as calls break: when one was begun last, the one that is being written, how many the folder has.

use crate::config::GlitchFlights as Config;
use crate::control::request::pending::Pending;
use crate::flight::FlightReport;
use crate::quality::GlitchCause;
use crate::types::{DialogId, MediaTime, SessionId};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const BEGIN: &str = "glitch-";
const END: &str = ".flight";
/// Digits of the time in a name, so that names are in the order of time.
const DIGITS: usize = 14;

/// A file on its way.
#[derive(Debug)]
pub(crate) struct GlitchFlight {
    pub(crate) session: SessionId,
    pub(crate) dialog: DialogId,
    pub(crate) cause: GlitchCause,
    pub(crate) path: Arc<Path>,
    pub(crate) written: Pending<FlightReport>,
}

/// See the head of the file.
#[derive(Debug, Default)]
pub(crate) struct GlitchFlights {
    last: Option<MediaTime>,
    pub(crate) writing: Option<GlitchFlight>,
    /// Files that could not be written.
    pub(crate) failed: u64,
}

impl GlitchFlights {
    /// Whether one may be begun now, and then it is the last.
    pub(crate) fn may_begin(&mut self, apart: Duration, now: MediaTime) -> bool {
        let may = self.writing.is_none() && self.last.is_none_or(|last| now - last >= apart);
        if may {
            self.last = Some(now);
        }
        may
    }
}

/// The file of a glitch.
pub(crate) fn path_of(config: &Config, unix_ms: u64, session: SessionId, cause: GlitchCause) -> PathBuf {
    config.folder.join(format!("{BEGIN}{unix_ms:0DIGITS$}-{}-{}{END}", session.index(), cause.name()))
}

/// Removes the oldest until there are no more than that many, and room for one. What has another name is left alone.
pub(crate) fn make_room(config: &Config) -> std::io::Result<()> {
    let mut own = Vec::new();
    for entry in std::fs::read_dir(&config.folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(is_ours) && entry.file_type()?.is_file() {
            own.push(entry.path());
        }
    }
    own.sort();
    let over = (own.len() + 1).saturating_sub(config.files as usize);
    own.iter().take(over).try_for_each(std::fs::remove_file)
}

fn is_ours(name: &str) -> bool {
    let middle = name.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let time = middle.and_then(|middle| middle.split_once('-')).map(|(time, _)| time);
    time.is_some_and(|time| time.len() == DIGITS && time.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
