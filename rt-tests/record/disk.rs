//! Disks that stall, and files as they are at any moment.

use media_core::types::SampleRate;
use media_core::{EventKind, RecordChannels, RecordParams};
use std::time::Duration;

use crate::rig::{Rig, between, is_level, read};

const SECOND: Duration = Duration::from_secs(1);

/// A disk that stalls for less than the rings hold loses nothing; one that stalls for longer loses the newest, which is told and is
/// silence in the file, so that what comes after stands at its time, in both channels.
#[test]
fn a_stalled_disk_loses_what_is_told_and_shifts_nothing() {
    let mut rig = Rig::new("stalled", 1);
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    let b = rig.bot("b", SampleRate::Hz8000, 0.5);
    let pending = rig.engine.handle().bridge(&a, &b);
    rig.ask(pending).unwrap();
    let pending = a.record(RecordParams::new("a.wav").channels(RecordChannels::Stereo));
    let recording = rig.ask(pending).unwrap();
    let begun = rig.engine.number();
    let lost = |rig: &mut Rig| -> u64 {
        rig.run(Duration::from_millis(100));
        std::iter::from_fn(|| rig.events.try_next())
            .map(|event| match event.kind {
                EventKind::RecordingLost { recording: id, blocks } if id == recording.id() => blocks,
                _ => 0,
            })
            .sum()
    };
    rig.run(SECOND);
    rig.engine.hold_recorder(true);
    rig.run(19 * SECOND / 10);
    rig.engine.hold_recorder(false);
    assert_eq!(lost(&mut rig), 0, "two seconds are kept");
    rig.engine.hold_recorder(true);
    let (stalled, lasts) = (rig.engine.number().since(begun), 5);
    rig.run(lasts * SECOND);
    rig.engine.hold_recorder(false);
    let told = lost(&mut rig);
    assert!((295..=302).contains(&told), "of five seconds two are kept: {told}");
    rig.run(SECOND);
    let passed = rig.engine.number().since(begun);
    let recorded = rig.ask(recording.stop()).unwrap();
    assert_eq!(recorded.lost_blocks, told);
    let (_, channels) = read(&recorded.path);
    let blocks = channels[0].len() as u64 / 80;
    assert!((passed..=passed + 4).contains(&blocks), "{blocks} blocks in {passed}");
    let (stalled, back) = (stalled as f64 / 100.0, stalled as f64 / 100.0 + 5.0);
    for (channel, level) in channels.iter().zip([0.25, 0.5]) {
        assert!(is_level(between(channel, 8_000, 0.5, stalled + 1.9), level), "before, and what the ring held");
        assert!(is_level(between(channel, 8_000, stalled + 2.1, back - 0.1), 0.0), "what was lost");
        assert!(is_level(between(channel, 8_000, back + 0.1, back + 1.0), level), "at its time again");
    }
    assert!(rig.engine.stop());
}

/// An engine stops, though a disk does not answer: what was written is there.
#[test]
fn a_disk_that_never_answers_does_not_hold_up_the_end() {
    let mut rig = Rig::new("hangs", 1);
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    let pending = a.record(RecordParams::new("a.wav"));
    rig.ask(pending).unwrap();
    rig.run(3 * SECOND);
    rig.engine.hold_recorder(true);
    rig.run(SECOND);
    assert!(rig.engine.stop());
    let names = rig.folder.names();
    assert!(names == ["a.wav.part"] || names == ["a.wav"], "{names:?}");
    let (_, channels) = read(&rig.folder.0.join(&names[0]));
    assert!(channels[0].len() >= 2 * 8_000, "{}", channels[0].len());
}

/// Whenever one looks, the file is a valid one, with all but the last second.
#[test]
fn a_file_is_valid_whenever_one_looks() {
    let mut rig = Rig::new("looks", 1);
    let a = rig.bot("a", SampleRate::Hz16000, 0.25);
    let pending = a.record(RecordParams::new("a.wav").channels(RecordChannels::Stereo));
    let recording = rig.ask(pending).unwrap();
    let (part, copy) = (rig.folder.0.join("a.wav.part"), rig.folder.0.join("copy"));
    let mut random = crate::support::random::Random(7);
    let begun = rig.engine.number();
    for _ in 0..60 {
        rig.run(Duration::from_millis(10 * (1 + random.below(60)) as u64));
        std::fs::copy(&part, &copy).unwrap();
        let (_, channels) = read(&copy);
        let (blocks, passed) = (channels[0].len() as u64 / 160, rig.engine.number().since(begun));
        assert!(blocks + 101 >= passed && blocks <= passed + 4, "{blocks} blocks of {passed}");
    }
    rig.ask(recording.stop()).unwrap();
    assert!(rig.engine.stop());
}
