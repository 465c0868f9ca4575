//! What ends a recording, and what keeps one from beginning.

use media_core::engine::virtual_engine::Party;
use media_core::session::{AudioFormat, MediaSessionParams, TelephoneEventFormat};
use media_core::types::SampleRate;
use media_core::{
    Error, EventKind, MediaEngineConfig, MediaSessionHandle, RecordChannels, RecordError, RecordParams, RecordingEnd,
    SessionError, VirtualEngine,
};
use std::io::ErrorKind;
use std::time::Duration;

use crate::rig::{Folder, Rig, between, is_level, read};

const SECOND: Duration = Duration::from_secs(1);

fn said(name: &str) -> RecordParams {
    RecordParams::new(name).channels(RecordChannels::Said)
}

#[test]
fn a_pause_is_left_out_to_the_block() {
    let mut rig = Rig::new("pause", 1);
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    let pending = a.record(said("a.wav"));
    let recording = rig.ask(pending).unwrap();
    let mut recorded = 0;
    let mut at = rig.engine.number();
    rig.run(SECOND);
    let mut levels = Vec::new();
    for (level, paused) in [(0.5, true), (0.125, false), (0.75, true), (0.25, false)] {
        if !paused {
            rig.say(0, level);
            rig.run(Duration::from_millis(20));
        }
        let pending = if paused { recording.pause() } else { recording.resume() };
        rig.ask(pending).unwrap();
        rig.say(0, level);
        if paused {
            recorded += rig.engine.number().since(at);
        }
        at = rig.engine.number();
        rig.run(SECOND);
        if !paused {
            levels.push((level, recorded as f64 / 100.0));
        }
    }
    // Asked for again, it is what it is.
    rig.ask(recording.resume()).unwrap();
    let recorded = rig.ask(recording.stop()).unwrap();
    let (_, channels) = read(&recorded.path);
    assert!(channels[0].iter().all(|s| *s < 0.3), "what was said in a pause is not in the file");
    for (level, from) in levels {
        assert!(is_level(between(&channels[0], 8_000, from + 0.3, from + 0.9), level), "{level} from {from} s");
    }
    // Paused for two seconds, and asked for in a tick or two.
    let blocks = recorded.length.as_millis() as u64 / 10;
    assert!((300..=312).contains(&blocks), "{blocks}");
    assert_eq!(rig.ask(recording.pause()), Err(RecordError::Ended(recording.id()).into()));
    assert_eq!(rig.ask(recording.stop()), Err(RecordError::Ended(recording.id()).into()));
    assert!(rig.engine.stop());
}

#[test]
fn it_ends_when_it_is_as_long_as_it_may_be() {
    let mut rig = Rig::new("max", 1);
    let a = rig.bot("a", SampleRate::Hz16000, 0.25);
    let pending = a.record(said("a.wav").max_length(Duration::from_millis(1_234)));
    let recording = rig.ask(pending).unwrap();
    rig.run(2 * SECOND);
    let (id, path, length, end) = rig.finished().unwrap();
    assert_eq!((id, end), (recording.id(), RecordingEnd::MaxLength));
    assert_eq!(length, Duration::from_millis(1_234));
    let (_, channels) = read(&path);
    assert_eq!(channels[0].len(), 1_234 * 16);
    assert_eq!(rig.ask(recording.stop()), Err(RecordError::Ended(id).into()));
    // Its tap is free again.
    let pending = a.record(said("b.wav"));
    assert!(rig.ask(pending).is_ok());
    assert!(rig.engine.stop());
}

#[test]
fn it_ends_on_silence_on_all_its_channels() {
    let mut rig = Rig::new("silence", 1);
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    let b = rig.bot("b", SampleRate::Hz8000, 0.25);
    let pending = rig.engine.handle().bridge(&a, &b);
    rig.ask(pending).unwrap();
    let params = RecordParams::new("a.wav").channels(RecordChannels::Stereo).stop_on_silence(2 * SECOND);
    let pending = a.record(params);
    let recording = rig.ask(pending).unwrap();
    // One speaks, then the other; both pause for less than that; both are silent, but for noise.
    for (levels, seconds) in [([0.25, 0.0], 4), ([0.0, 0.25], 4), ([0.0, 0.0], 1), ([0.25, 0.0], 1)] {
        rig.say(0, levels[0]);
        rig.say(1, levels[1]);
        rig.run(seconds * SECOND);
        assert_eq!(rig.finished(), None, "{levels:?}");
    }
    let begun = rig.engine.number();
    rig.say(0, 0.003);
    rig.say(1, 0.0);
    rig.run(3 * SECOND);
    let (id, path, length, end) = rig.finished().unwrap();
    assert_eq!((id, end), (recording.id(), RecordingEnd::Silence));
    let (_, channels) = read(&path);
    assert_eq!(channels[0].len() as u128, length.as_millis() * 8);
    let loud = channels[0].iter().rposition(|s| *s > 0.2).unwrap();
    let silent = (channels[0].len() - loud) / 8;
    assert!((1_990..=2_010).contains(&silent), "{silent} ms of silence, from tick {begun:?}");
    assert!(rig.engine.stop());
}

#[test]
fn it_ends_on_a_digit_of_the_sessions_party() {
    let mut rig = Rig::new("digit", 1);
    let address = "10.0.0.1:4000".parse().unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address);
    let params = params.telephone_events(TelephoneEventFormat::new(101, 8_000));
    let pending = rig.engine.handle().create_media_session("phone", params);
    let session = rig.ask(pending).unwrap();
    let mut party = Party::new(address, session.local_address().unwrap(), media_core::codec::Law::Mu, 7);
    let pending = session.record(said("a.wav").stop_on_digits("*#"));
    let recording = rig.ask(pending).unwrap();
    let mut press = |rig: &mut Rig, code: u8| {
        let before = party.next;
        party.next.payload_type = 101;
        for n in 0..8u8 {
            let [high, low] = (160 * (u16::from(n) + 1)).to_be_bytes();
            let now = rig.engine.now();
            let timestamp = party.next.timestamp;
            party.send(&mut rig.engine.network, now, &[code, if n > 5 { 0x8a } else { 10 }, high, low]);
            party.next.timestamp = timestamp;
            rig.run(Duration::from_millis(20));
        }
        party.next.payload_type = before.payload_type;
        party.next.timestamp = before.timestamp.wrapping_add(8 * 160);
        rig.run(Duration::from_millis(200));
    };
    press(&mut rig, 5);
    assert_eq!(rig.finished(), None, "5 is none of them");
    press(&mut rig, 11);
    let (id, _, _, end) = rig.finished().unwrap();
    assert_eq!(id, recording.id());
    assert!(matches!(end, RecordingEnd::Digit(digit) if digit.as_char() == '#'), "{end:?}");
    assert!(rig.engine.stop());
}

#[test]
fn it_ends_with_its_session_and_the_file_has_all_until_then() {
    let mut rig = Rig::new("destroyed", 2);
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    let pending = a.record(said("a.wav"));
    rig.ask(pending).unwrap();
    let begun = rig.engine.number();
    rig.run(3 * SECOND / 2);
    rig.ask(a.destroy()).unwrap();
    let passed = rig.engine.number().since(begun);
    let (_, path, _, end) = rig.finished().unwrap();
    assert_eq!(end, RecordingEnd::Destroyed);
    let blocks = read(&path).1[0].len() as u64 / 80;
    assert!((passed - 3..=passed + 3).contains(&blocks), "{blocks} of {passed}");
    assert!(rig.engine.stop());
}

fn refusal(rig: &mut Rig, session: &MediaSessionHandle, params: RecordParams) -> Error {
    let pending = session.record(params.clone());
    rig.ask(pending).expect_err(&params.path.display().to_string())
}

/// Each name that is none, each place that cannot be, by a typed error; the session goes on, and nothing is left behind.
#[test]
fn names_and_places_that_cannot_be_are_refused_by_name() {
    let mut rig = Rig::new("names", 1);
    let outside = Folder::new("names-outside");
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    std::fs::write(rig.folder.0.join("there.wav"), b"old").unwrap();
    std::os::unix::fs::symlink(&outside.0, rig.folder.0.join("leads")).unwrap();
    std::os::unix::fs::symlink(outside.0.join("x.wav"), rig.folder.0.join("linked.wav")).unwrap();
    std::os::unix::fs::symlink(outside.0.join("y"), rig.folder.0.join("z.wav.part")).unwrap();
    let before = rig.folder.names();
    for name in [
        "",
        "..",
        "../a.wav",
        "x/../../a.wav",
        "/etc/a.wav",
        "./a.wav",
        "x/",
        "x/.",
        "leads/a.wav",
        "leads/b/a.wav",
        "a\0b",
    ] {
        let error = refusal(&mut rig, &a, said(name));
        assert!(matches!(error, Error::Record(RecordError::Name { .. })), "{name:?}: {error}");
    }
    for name in ["there.wav", "linked.wav", "z.wav"] {
        let error = refusal(&mut rig, &a, said(name));
        assert!(matches!(error, Error::Record(RecordError::Exists(_))), "{name:?}: {error}");
    }
    let error = refusal(&mut rig, &a, said("there.wav/a.wav"));
    assert!(
        matches!(
            error,
            Error::Record(
                RecordError::System { kind: ErrorKind::NotADirectory | ErrorKind::AlreadyExists, .. }
                    | RecordError::Exists(_)
            )
        ),
        "{error}"
    );
    assert_eq!((rig.folder.names(), outside.names().len()), (before, 0));
    assert_eq!(std::fs::read(rig.folder.0.join("there.wav")).unwrap(), b"old");
    // Two at once of one name: the second is refused, the first goes on.
    let (first, second) = (a.record(said("two.wav")), a.record(said("two.wav")));
    let first = rig.ask(first).unwrap();
    assert!(matches!(rig.ask(second), Err(Error::Record(RecordError::Exists(_)))));
    rig.run(SECOND);
    let recorded = rig.ask(first.stop()).unwrap();
    assert!(recorded.length > SECOND && is_level(&read(&recorded.path).1[0][1_600..8_000], 0.25));
    assert!(rig.engine.stop());
}

#[test]
fn parameters_that_cannot_be_are_refused_by_name() {
    let mut rig = Rig::new("parameters", 1);
    let a = rig.bot("a", SampleRate::Hz8000, 0.25);
    let pending = rig.engine.handle().create_conference(SampleRate::Hz8000);
    let room = rig.ask(pending).unwrap();
    let refused = [
        ("max_length", said("a.wav").max_length(Duration::ZERO)),
        ("stop_on_silence", said("a.wav").stop_on_silence(Duration::from_millis(9))),
        ("silence_below", said("a.wav").silence_below(media_core::Decibels(1.0))),
        ("silence_below", said("a.wav").silence_below(media_core::Decibels(f32::NAN))),
        ("stop_on_digits", said("a.wav").stop_on_digits("1x")),
    ];
    for (field, params) in refused {
        let error = refusal(&mut rig, &a, params);
        assert!(matches!(&error, Error::Record(RecordError::Parameter(why)) if why.field == field), "{error}");
    }
    for (field, params) in
        [("channels", said("a.wav")), ("stop_on_digits", RecordParams::new("a.wav").stop_on_digits("#"))]
    {
        let error = rig.ask(room.record(params)).unwrap_err();
        assert!(matches!(&error, Error::Record(RecordError::Parameter(why)) if why.field == field), "{error}");
    }
    rig.ask(a.destroy()).unwrap();
    let error = refusal(&mut rig, &a, said("a.wav"));
    assert!(matches!(error, Error::Session(SessionError::Unknown(_))), "{error}");
    assert_eq!(rig.folder.names(), [""; 0]);
    let told = std::iter::from_fn(|| rig.events.try_next()).filter(|event| event.file.is_some()).count();
    assert_eq!(told, 0, "what never began is no event");
    assert!(rig.engine.stop());
}

#[test]
fn recordings_need_a_folder_and_as_many_taps_as_channels() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = engine.complete(bot).unwrap();
    let pending = bot.record(said("a.wav"));
    assert_eq!(engine.complete(pending).unwrap_err(), Error::Record(RecordError::NoRoot));
    assert!(engine.stop());

    let folder = Folder::new("capacity");
    let config = MediaEngineConfig::default().record_root(folder.0.clone()).max_taps(3usize);
    let mut engine = VirtualEngine::new(config, 1).unwrap();
    let events = engine.handle().subscribe();
    let bot = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = engine.complete(bot).unwrap();
    let stereo = |name: &str| RecordParams::new(name).channels(RecordChannels::Stereo);
    let pending = bot.record(stereo("a.wav"));
    let first = engine.complete(pending).unwrap();
    let pending = bot.record(stereo("b.wav"));
    let error = engine.complete(pending).unwrap_err();
    assert!(matches!(error, Error::Session(SessionError::Capacity { field: "max_taps", .. })), "{error}");
    let pending = bot.record(said("c.wav"));
    engine.complete(pending).unwrap();
    let pending = first.stop();
    engine.complete(pending).unwrap();
    let pending = bot.record(stereo("b.wav"));
    engine.complete(pending).unwrap();
    let started = std::iter::from_fn(|| events.try_next())
        .filter(|event| matches!(event.kind, EventKind::RecordingStarted(_)))
        .count();
    assert_eq!(started, 3);
    assert!(engine.stop());
}
