//! Recordings of engines on real threads, and in processes of their own.

use media_core::types::SampleRate;
use media_core::{
    EventKind, MediaEngine, MediaEngineConfig, MediaSessionParams, RecordChannels, RecordParams, RecordingEnd,
    VirtualEngine,
};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::rig::{Folder, is_level, read};

/// Set for a test's own process: the folder that it records to.
const CHILD: &str = "RECORD_TO";

fn child(test: &str, folder: &Folder) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(CHILD, &folder.0);
    command
}

/// A bot of an engine on virtual time that records what it says, until `more` says no.
fn record_while(folder: PathBuf, mut more: impl FnMut(u64, &VirtualEngine) -> bool) {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().record_root(folder), 1).unwrap();
    let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = engine.complete(bot).unwrap();
    let (mut says, _) = bot.take_pcm().unwrap();
    let events = engine.handle().subscribe();
    let recording = bot.record(RecordParams::new("a.wav").channels(RecordChannels::Said));
    let _recording = engine.complete(recording).unwrap();
    for second in 1.. {
        for _ in 0..100 {
            says.write(&[0.25; 80]);
            engine.tick();
        }
        if !more(second, &engine) {
            break;
        }
    }
    for event in std::iter::from_fn(|| events.try_next()) {
        if let EventKind::RecordingFailed(_, kind) = event.kind {
            println!("failed: {kind:?}");
        }
    }
    // The session goes on.
    let state = bot.state();
    assert!(!engine.complete(state).unwrap().parked);
    assert!(engine.stop());
}

/// The process is killed in the midst of it: whatever it had said that it recorded is there, but for the last second.
#[test]
fn a_killed_process_leaves_a_valid_file() {
    if let Some(folder) = std::env::var_os(CHILD) {
        record_while(folder.into(), |second, _| {
            println!("recorded {second}");
            std::io::stdout().flush().is_ok()
        });
    }
    for kill_after in [1, 7, 30, 100] {
        let folder = Folder::new("killed");
        let mut child =
            child("real::a_killed_process_leaves_a_valid_file", &folder).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.filter_map(|line| line.split_once("recorded ")?.1.parse::<usize>().ok());
        let last = said.take(kill_after).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(folder.names(), ["a.wav.part"]);
        let (_, channels) = read(&folder.0.join("a.wav.part"));
        assert!(channels[0].len() >= (last - 1) * 8_000, "{} samples of {last} s", channels[0].len());
        assert!(is_level(&channels[0][channels[0].len().min(800)..], 0.25), "its sound, and no garbage");
    }
}

/// A file that may grow no more, as on a full disk: an event, what was written is there, and the call goes on.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_ends_the_recording_and_nothing_else() {
    if let Some(folder) = std::env::var_os(CHILD) {
        let limit = libc::rlimit { rlim_cur: 100_000, rlim_max: 100_000 };
        // SAFETY: plain calls of a process that is this test's own.
        unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit), 0);
        }
        return record_while(folder.into(), |second, _| second < 20);
    }
    let folder = Folder::new("full");
    let output = child("real::a_full_disk_ends_the_recording_and_nothing_else", &folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let told = format!("failed: {:?}", ErrorKind::FileTooLarge);
    assert_eq!(said.matches(&told).count(), 1, "{said}");
    assert_eq!(folder.names(), ["a.wav.part"]);
    let (_, channels) = read(&folder.0.join("a.wav.part"));
    assert!(channels[0].len() >= 5 * 8_000 && is_level(&channels[0][800..], 0.25), "{}", channels[0].len());
}

/// On real threads: the recorder's begins with the first recording, and what is under way when the engine stops is complete then.
#[test]
fn the_recorders_thread_writes_and_ends_with_the_engine() {
    let folder = Folder::new("threads");
    let config = MediaEngineConfig::default().record_root(folder.0.clone()).io_threads(0usize).pin_threads(false);
    let engine = MediaEngine::start(config.realtime_priority(None).lock_memory(false)).unwrap();
    let events = engine.handle().subscribe();
    let params = MediaSessionParams::pcm(SampleRate::Hz8000);
    let bot = engine.handle().create_media_session("bot", params).wait().unwrap();
    let first = bot.record(RecordParams::new("a.wav")).wait().unwrap();
    let limit = RecordParams::new("b.wav").max_length(Duration::from_millis(300));
    let second = bot.record(limit).wait().unwrap();
    let ended = loop {
        let event = events.next_within(Duration::from_secs(20)).expect("a recording ends");
        if let EventKind::RecordingFinished { recording, length, end } = event.kind {
            break (recording, length, end);
        }
    };
    assert_eq!(ended, (second.id(), Duration::from_millis(300), RecordingEnd::MaxLength));
    assert_eq!(read(second.path()).1[0].len(), 2_400);
    engine.stop().unwrap();
    assert_eq!(folder.names(), ["a.wav", "b.wav"]);
    assert!(read(first.path()).1[0].len() >= 2_000);
}
