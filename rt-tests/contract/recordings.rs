//! Control: recordings that begin, pause and end at any time, on a disk that stalls now and then.

use super::*;
use media_core::{RecordChannels, RecordParams};
use std::path::Path;

/// Of so many recordings the oldest are stopped.
const KEPT: usize = 20;

pub(super) fn folder(workers: usize) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("media-core-contract-{}-{workers}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Each file is complete, under its name, and a valid one.
pub(super) fn check(folder: &Path) {
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        assert!(path.extension().is_some_and(|extension| extension == "wav"), "{}", path.display());
        let reader = hound::WavReader::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        files += u32::from(reader.duration() > 0);
    }
    assert!(files > 500, "{files} files with something in them");
    std::fs::remove_dir_all(folder).unwrap();
}

impl Churn {
    pub(super) fn record(&mut self) {
        // A ring holds two seconds: some of what is recorded is lost.
        self.engine.hold_recorder(self.ticks % 2_000 > 1_700);
        let channels = [RecordChannels::Mixed, RecordChannels::Stereo, RecordChannels::Said, RecordChannels::Heard];
        let params = RecordParams::new(format!("{}.wav", self.ticks));
        match self.ticks % 8 {
            0 => {
                let at = self.dice.below(self.rooms.len());
                self.asked.push(Asked::Record(self.rooms[at].record(params)));
            }
            1..4 => {
                let params = params.channels(channels[self.dice.below(4)]).rate(SampleRate::Hz16000);
                let at = self.dice.below(self.calls.len());
                let session = self.calls[at].session.clone();
                self.asked.push(Asked::Record(session.record(params)));
            }
            _ => {}
        }
        if self.recordings.is_empty() {
            return;
        }
        let at = self.dice.below(self.recordings.len());
        let paused = self.dice.below(2) == 0;
        let recording = self.recordings[at].clone();
        self.ask("pause recording", if paused { recording.pause() } else { recording.resume() });
        if self.recordings.len() > KEPT {
            let recording = self.recordings.swap_remove(at);
            self.asked.push(Asked::Recorded(recording.stop()));
        }
    }
}
