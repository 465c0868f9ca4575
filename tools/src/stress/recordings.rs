//! Control: what is asked of recordings: they begin, pause, go on and stop, of sessions and of rooms, more than there are taps for.

use super::actor::Actor;
use super::waiting::{Brought, Waiting};
use media_core::{MediaSessionHandle, RecordChannels, RecordParams};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Folders that were made.
static FOLDERS: AtomicU64 = AtomicU64::new(0);

/// Where an engine records to: a folder of its own, so that the same seed finds the same names vacant. Gone with it.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let (process, number) = (std::process::id(), FOLDERS.fetch_add(1, Relaxed));
        let path = std::env::temp_dir().join(format!("media-core-stress-{process}-{number}"));
        // Where it cannot be made all recordings are refused.
        let _ = std::fs::create_dir_all(&path);
        Self(path)
    }

    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Begins one.
pub fn begin(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Waiting {
    actor.number += 1;
    let name = format!("{}-{}.wav", actor.name, actor.number);
    let wild = actor.dice.one(["../a.wav", "", "/a.wav", "again.wav"]);
    let mut params = RecordParams::new(if actor.dice.once_in(6) { wild.to_owned() } else { name });
    let channels = [RecordChannels::Mixed, RecordChannels::Stereo, RecordChannels::Said, RecordChannels::Heard];
    params = params.channels(actor.dice.one(channels));
    params = match actor.dice.below(4) {
        0 => params.max_length(Duration::from_millis(actor.dice.one([0, 5, 500]))),
        1 => params.stop_on_silence(Duration::from_millis(300)),
        2 => params.stop_on_digits(actor.dice.one(["#", "x"])),
        _ => params,
    };
    if actor.dice.once_in(2)
        && let Some(room) = actor.room()
    {
        let params = if actor.dice.once_in(4) { params } else { params.channels(RecordChannels::Mixed) };
        return Waiting::new("record_room", now, room.record(params), Brought::Recording);
    }
    Waiting::new("record", now, session.record(params), Brought::Recording)
}

/// Does something with one that was begun, if there is any.
pub fn any(actor: &mut Actor, session: &MediaSessionHandle, now: u64) -> Waiting {
    let Some(recording) = actor.recording() else { return begin(actor, session, now) };
    match actor.dice.below(4) {
        0 => Waiting::new("pause", now, recording.pause(), |()| Brought::Nothing),
        1 => Waiting::new("resume", now, recording.resume(), |()| Brought::Nothing),
        _ => Waiting::new("stop_recording", now, recording.stop(), |_| Brought::Nothing),
    }
}
