//! What recordings are tested with: a folder that goes with the test, bots that say a level, and what the files have.

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::MediaSessionParams;
use media_core::types::{RecordingId, SampleRate};
use media_core::{EventKind, Events, MediaEngineConfig, MediaSessionHandle, PcmWriter, RecordingEnd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::phone::done;

/// A folder of its own, removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("media-core-record-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    /// The names in it, with those of its folders.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An engine whose recordings go to a folder.
pub struct Rig {
    pub engine: VirtualEngine,
    pub folder: Folder,
    pub events: Events,
    bots: Vec<Bot>,
}

/// A bot that says a level all the time.
struct Bot {
    says: PcmWriter,
    level: f32,
}

impl Rig {
    pub fn new(name: &str, workers: usize) -> Self {
        let folder = Folder::new(name);
        let config = MediaEngineConfig::default().workers(workers).record_root(folder.0.clone());
        let engine = VirtualEngine::new(config, 3).unwrap();
        let events = engine.handle().subscribe();
        Self { engine, folder, events, bots: Vec::new() }
    }

    pub fn bot(&mut self, name: &str, rate: SampleRate, level: f32) -> MediaSessionHandle {
        let pending = self.engine.handle().create_media_session(name, MediaSessionParams::pcm(rate));
        let session = done(&mut self.engine, pending);
        let (says, _) = session.take_pcm().unwrap();
        self.bots.push(Bot { says, level });
        session
    }

    /// Has the bot that was made as the `n`th say another level.
    pub fn say(&mut self, n: usize, level: f32) {
        self.bots[n].level = level;
    }

    pub fn run(&mut self, time: Duration) {
        for _ in 0..time.as_millis() / 10 {
            for Bot { says, level } in &mut self.bots {
                says.write(&vec![*level; says.rate().block_samples()]);
            }
            self.engine.tick();
        }
    }

    /// Waits for an answer while the bots speak.
    pub fn ask<T>(&mut self, mut pending: media_core::Pending<T>) -> Result<T, media_core::Error> {
        for _ in 0..500 {
            if let Some(answer) = pending.poll_now() {
                return answer;
            }
            self.run(Duration::from_millis(10));
        }
        panic!("no answer");
    }

    /// How the last recording of those finished that did since this was asked, with the path of its event.
    pub fn finished(&mut self) -> Option<(RecordingId, PathBuf, Duration, RecordingEnd)> {
        self.run(Duration::from_millis(50));
        let told = std::iter::from_fn(|| self.events.try_next()).filter_map(|event| match event.kind {
            EventKind::RecordingFinished { recording, length, end } => {
                Some((recording, event.file.unwrap().to_path_buf(), length, end))
            }
            _ => None,
        });
        told.last()
    }
}

/// The samples of each channel of a file.
pub fn read(path: &Path) -> (hound::WavSpec, Vec<Vec<f32>>) {
    let mut reader = hound::WavReader::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let spec = reader.spec();
    let all: Vec<f32> = reader.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
    let channels = usize::from(spec.channels);
    assert_eq!(all.len() % channels, 0, "channels of equal length");
    let channel = |n: usize| all.iter().skip(n).step_by(channels).copied().collect();
    (spec, (0..channels).map(channel).collect())
}

/// Whether all of `samples` are near `level`.
pub fn is_level(samples: &[f32], level: f32) -> bool {
    !samples.is_empty() && samples.iter().all(|s| (s - level).abs() < 0.002)
}

/// The samples between two times.
pub fn between(samples: &[f32], rate: u32, from: f64, to: f64) -> &[f32] {
    &samples[(from * f64::from(rate)) as usize..(to * f64::from(rate)) as usize]
}
