//! What is recorded of sessions, bridges and conferences.

use media_core::codec::Law;
use media_core::engine::virtual_engine::Party;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::{SampleRate, WorkerId};
use media_core::{
    ConferenceParams, Direction, EventKind, Gain, MemberParams, MemberRole, RecordChannels, RecordParams, RecordingEnd,
};
use std::time::Duration;

use crate::rig::{Rig, between, is_level, read};
use crate::support::speech::{correlation, voice};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn what_a_party_says_is_in_the_file_and_the_event_says_so() {
    let mut rig = Rig::new("said", 1);
    let address = "10.0.0.1:4000".parse().unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address);
    let session = rig.engine.handle().create_media_session("phone", params);
    let session = rig.ask(session).unwrap();
    let mut party = Party::new(address, session.local_address().unwrap(), Law::Mu, 7);
    let said = voice(1, 4.0);
    let pending = session.record(RecordParams::new("2026/11/call.wav").channels(RecordChannels::Said));
    let recording = rig.ask(pending).unwrap();
    let begun = rig.engine.number();
    assert_eq!(rig.folder.names(), ["2026"]);
    for _ in 0..400 {
        let now = rig.engine.now();
        party.step(&mut rig.engine.network, now, &said);
        rig.engine.tick();
    }
    let recorded = rig.ask(recording.stop()).unwrap();
    let path = rig.folder.0.join("2026/11/call.wav");
    assert_eq!((&*recorded.path, recorded.end, recorded.lost_blocks), (&*path, RecordingEnd::Stopped, 0));
    let told: Vec<_> = std::iter::from_fn(|| rig.events.try_next())
        .filter(|event| event.file.is_some())
        .map(|event| (event.session.map(|(id, _)| id), event.file.unwrap().to_path_buf(), event.kind))
        .collect();
    let (id, length, end) = (recording.id(), recorded.length, RecordingEnd::Stopped);
    assert_eq!(
        told,
        [
            (Some(session.id()), path.clone(), EventKind::RecordingStarted(id)),
            (Some(session.id()), path.clone(), EventKind::RecordingFinished { recording: id, length, end }),
        ]
    );
    let (spec, channels) = read(&path);
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 8_000, 16));
    assert_eq!(channels[0].len() as u128, length.as_millis() * 8);
    let ran = rig.engine.number().since(begun);
    let blocks = channels[0].len() as u64 / 80;
    assert!((ran - 5..=ran + 5).contains(&blocks), "{blocks} blocks in {ran}");
    let (likeness, _) = correlation(&said[16_000..24_000], &channels[0][14_000..32_000], 10_000);
    assert!(likeness > 0.99, "{likeness}");
    assert!(!path.with_extension("wav.part").exists());
    assert!(rig.engine.stop());
}

/// Whatever a session is bridged to meanwhile, on whichever worker, the file goes on.
#[test]
fn a_call_in_stereo_has_one_party_a_side() {
    for workers in [1, 3] {
        let mut rig = Rig::new(&format!("stereo-{workers}"), workers);
        let a = rig.bot("a", SampleRate::Hz16000, 0.25);
        let b = rig.bot("b", SampleRate::Hz8000, -0.5);
        let c = rig.bot("c", SampleRate::Hz48000, 0.125);
        let stereo = RecordParams::new("stereo.wav").channels(RecordChannels::Stereo);
        let (stereo, mixed, heard) = (
            a.record(stereo),
            a.record(RecordParams::new("mixed.wav")),
            a.record(RecordParams::new("heard.wav").channels(RecordChannels::Heard).rate(SampleRate::Hz8000)),
        );
        let files = [stereo, mixed, heard].map(|pending| rig.ask(pending).unwrap());
        let begun = rig.engine.number();
        let mut times = Vec::new();
        let mut mark = |rig: &mut Rig| {
            rig.run(SECOND);
            times.push(rig.engine.number().since(begun) as f64 / 100.0);
        };
        mark(&mut rig);
        for other in [&b, &c] {
            let pending = rig.engine.handle().bridge(&a, other);
            rig.ask(pending).unwrap();
            mark(&mut rig);
            let pending = rig.engine.handle().unbridge(&a);
            rig.ask(pending).unwrap();
            mark(&mut rig);
        }
        let pending = a.move_to(WorkerId(workers as u8 - 1));
        rig.ask(pending).unwrap();
        mark(&mut rig);
        let files = files.map(|recording| rig.ask(recording.stop()).unwrap());
        // In the middle of each part.
        let parts = [0.0, -0.5, 0.0, 0.125, 0.0, 0.0];
        let (spec, channels) = read(&files[0].path);
        assert_eq!((spec.channels, spec.sample_rate), (2, 16_000));
        let (_, mixed) = read(&files[1].path);
        let (spec, heard) = read(&files[2].path);
        assert_eq!((spec.channels, spec.sample_rate), (1, 8_000));
        for (end, level) in times.iter().zip(parts) {
            let (from, to) = (end - 0.8, end - 0.2);
            let said = between(&channels[0], 16_000, from, to);
            assert!(is_level(said, 0.25), "{workers} workers, {end} s: {:?}", &said[..8]);
            let other = between(&channels[1], 16_000, from, to);
            assert!(is_level(other, level), "{workers} workers, {end} s: {level}, {:?}", &other[..8]);
            let both = between(&mixed[0], 16_000, from, to);
            assert!(is_level(both, 0.25 + level), "{workers} workers, {end} s: {:?}", &both[..8]);
            let other = between(&heard[0], 8_000, from, to);
            assert!(is_level(other, level), "{workers} workers, {end} s: {level}, {:?}", &other[..8]);
        }
        assert!(rig.engine.stop());
    }
}

/// All that is said in a conference; and of a member, what it says and what it hears there, as its role has it.
#[test]
fn a_conference_is_recorded_and_so_are_its_members() {
    a_conference_is_recorded(2, 3);
}

/// Each on a media thread of its own, a whisper between them too.
#[test]
fn a_conference_over_several_threads_is_recorded_and_so_are_its_members() {
    a_conference_is_recorded(3, 1);
}

fn a_conference_is_recorded(workers: usize, each: usize) {
    let mut rig = Rig::new(&format!("room-{each}"), workers);
    let members = [("a", 0.1), ("b", 0.2), ("c", 0.3)].map(|(name, level)| rig.bot(name, SampleRate::Hz16000, level));
    let pending =
        rig.engine.handle().create_conference(ConferenceParams::new(SampleRate::Hz16000).members_per_worker(each));
    let room = rig.ask(pending).unwrap();
    let of_room = rig.ask(room.record(RecordParams::new("room.wav"))).unwrap();
    let stereo = |n: usize| RecordParams::new(format!("{n}.wav")).channels(RecordChannels::Stereo);
    let pending = members[0].record(stereo(0));
    let of_member = rig.ask(pending).unwrap();
    let begun = rig.engine.number();
    let mut times = Vec::new();
    let mut mark = |rig: &mut Rig| {
        rig.run(SECOND);
        times.push(rig.engine.number().since(begun) as f64 / 100.0);
    };
    mark(&mut rig);
    for member in &members {
        rig.ask(room.join(member)).unwrap();
    }
    mark(&mut rig);
    // B whispers to A alone: the room does not hear it.
    let whisper = MemberRole::Whisper(vec![members[0].id()]);
    rig.ask(room.set_role(&members[1], whisper)).unwrap();
    mark(&mut rig);
    rig.ask(room.leave(&members[2])).unwrap();
    mark(&mut rig);
    rig.ask(room.set_role(&members[0], MemberRole::Listen)).unwrap();
    rig.ask(room.join_as(&members[2], MemberParams::default().gain(Gain::linear(0.5).unwrap()))).unwrap();
    mark(&mut rig);
    let of_member = rig.ask(of_member.stop()).unwrap();
    rig.ask(room.destroy()).unwrap();
    let (id, path, length, end) = rig.finished().expect("the room's recording ends with it");
    assert_eq!((id, end), (of_room.id(), RecordingEnd::Destroyed));
    let (_, whole) = read(&path);
    assert_eq!(whole[0].len() as u128, length.as_millis() * 16);
    let (_, member) = read(&of_member.path);
    let parts = [(0.0, 0.0), (0.6, 0.5), (0.4, 0.5), (0.1, 0.2), (0.15, 0.35)];
    for (end, (all, others)) in times.iter().zip(parts) {
        let (from, to) = (end - 0.8, end - 0.2);
        let heard = between(&whole[0], 16_000, from, to);
        assert!(is_level(heard, all), "the room at {end} s: {all}, {:?}", &heard[..8]);
        let said = between(&member[0], 16_000, from, to);
        assert!(is_level(said, 0.1), "{end} s: {:?}", &said[..8]);
        let heard = between(&member[1], 16_000, from, to);
        assert!(is_level(heard, others), "a member at {end} s: {others}, {:?}", &heard[..8]);
    }
    assert!(rig.engine.stop());
}

/// Time in which there is nothing to hear is silence of its length: hold, mute, loss of the partner.
#[test]
fn a_file_is_as_long_as_the_time_that_passed() {
    let mut rig = Rig::new("time", 1);
    let a = rig.bot("a", SampleRate::Hz8000, 0.5);
    let pending = a.record(RecordParams::new("a.wav").channels(RecordChannels::Stereo));
    let recording = rig.ask(pending).unwrap();
    rig.run(SECOND);
    let begun = rig.engine.number();
    let pending = a.set_direction(Direction::Inactive);
    rig.ask(pending).unwrap();
    rig.run(SECOND);
    rig.engine.skip(15);
    let pending = a.set_direction(Direction::SendReceive);
    rig.ask(pending).unwrap();
    rig.run(SECOND);
    let passed = rig.engine.number().since(begun) + 100;
    let recorded = rig.ask(recording.stop()).unwrap();
    let blocks = recorded.length.as_millis() as u64 / 10;
    assert!((passed..=passed + 6).contains(&blocks), "{blocks} blocks in {passed}");
    let (_, channels) = read(&recorded.path);
    assert_eq!(channels[0].len(), channels[1].len());
    assert!(is_level(between(&channels[0], 8_000, 0.2, 0.9), 0.5));
    assert!(is_level(between(&channels[0], 8_000, 1.2, 1.9), 0.0));
    assert!(is_level(between(&channels[0], 8_000, 2.4, 2.9), 0.5));
    assert!(rig.engine.stop());
}

/// What is under way when the engine stops is complete then.
#[test]
fn recordings_are_complete_when_the_engine_has_stopped() {
    let mut rig = Rig::new("stop", 2);
    let a = rig.bot("a", SampleRate::Hz8000, 0.5);
    let pending = a.record(RecordParams::new("a.wav"));
    rig.ask(pending).unwrap();
    rig.run(SECOND);
    assert!(rig.engine.stop());
    assert_eq!(rig.folder.names(), ["a.wav"]);
    let (_, channels) = read(&rig.folder.0.join("a.wav"));
    assert!(channels[0].len() >= 8_000 && is_level(&channels[0][800..8_000], 0.5));
    let end = std::iter::from_fn(|| rig.events.try_next()).find_map(|event| match event.kind {
        EventKind::RecordingFinished { end, .. } => Some(end),
        _ => None,
    });
    assert_eq!(end, Some(RecordingEnd::Destroyed));
}
