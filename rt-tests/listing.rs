//! What there is can be listed and found: sessions by identifier, conferences by identifier, left by session, ended after
//! their handles were dropped; and refusals name their cause.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::{ConferenceError, Connection, IoError, SessionError};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::telemetry::gauges::GaugeQuery;
use media_core::types::SampleRate;
use support::phone::{done, pcma, pcmu};

#[test]
fn sessions_and_conferences_are_listed_found_left_and_ended() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let handle = engine.handle().clone();
    let ((a, _one), (b, _two), (c, _three)) = (pcmu(&mut engine, 1), pcma(&mut engine, 2), pcma(&mut engine, 3));
    let room = {
        let room = done(&mut engine, handle.create_conference(SampleRate::Hz8000));
        for session in [&a, &b] {
            let pending = room.join(session);
            done(&mut engine, pending);
        }
        room.id()
    };
    let pending = c.hold_outward();
    done(&mut engine, pending);
    // All that is known of them is what lists say.
    let sessions = done(&mut engine, handle.sessions());
    let seen: Vec<_> = sessions.iter().map(|s| (s.id, s.dialog.as_str(), s.state.connection)).collect();
    let inside = Some(Connection::Conference(room));
    assert_eq!(seen, [(a.id(), "dialog-1", inside), (b.id(), "dialog-2", inside), (c.id(), "dialog-3", None)]);
    assert!(sessions[2].state.held_outward && sessions[0].codecs.0.contains("PCMU"), "{sessions:?}");
    let rooms = done(&mut engine, handle.conferences());
    assert_eq!(rooms.len(), 1);
    assert_eq!((rooms[0].id, rooms[0].rate, &rooms[0].members[..]), (room, SampleRate::Hz8000, &[a.id(), b.id()][..]));
    // From an identifier to a handle, and out of the room by it.
    let found = done(&mut engine, handle.session(a.id()));
    assert_eq!((found.local_address(), found.dialog()), (a.local_address(), a.dialog()));
    let pending = found.leave_conference();
    done(&mut engine, pending);
    let pending = found.leave_conference();
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::NotInConference(a.id()).into());
    let again = done(&mut engine, handle.conference(room));
    let pending = again.members();
    assert_eq!(done(&mut engine, pending), [b.id()]);
    let pending = again.destroy();
    done(&mut engine, pending);
    let pending = handle.conference(room);
    assert_eq!(engine.complete(pending).unwrap_err(), ConferenceError::Unknown(room).into());
    let pending = a.destroy();
    done(&mut engine, pending);
    let pending = handle.session(a.id());
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::Unknown(a.id()).into());
    assert_eq!(done(&mut engine, handle.sessions()).len(), 2);
    assert!(done(&mut engine, handle.conferences()).is_empty());
}

#[test]
fn refusals_name_their_cause() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let params = || MediaSessionParams::new(AudioFormat::pcmu());
    let pending = engine.handle().create_media_session("", params());
    assert_eq!(engine.complete(pending).unwrap_err(), SessionError::EmptyDialog.into());
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().io_threads(0usize), 5).unwrap();
    let pending = engine.handle().create_media_session("a", params());
    let error = engine.complete(pending).unwrap_err();
    assert_eq!(error, IoError::NoIoThreads.into());
    assert!(error.to_string().contains("io_threads is 0"), "{error}");
}

#[test]
fn what_the_engine_can_do_is_printed_in_one_line() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let pending = engine.handle().get_media_capabilities();
    let capabilities = done(&mut engine, pending);
    for text in [format!("{capabilities:?}"), format!("{capabilities:#?}")] {
        assert!(text.lines().count() == 1 && text.len() < 500, "{text}");
        assert!(text.contains("PCMU") && text.contains("sessions: 0 of 8") && text.contains("tick: 10 ms"), "{text}");
    }
    let video = format!("{:#?}", engine.handle().get_video_capabilities());
    let codecs = format!("{:#?}", engine.handle().get_supported_codecs());
    assert!(codecs.lines().count() < 14 && video.lines().count() < 6, "a line each: {codecs} {video}");
}

#[test]
fn gauges_and_statistics_name_what_is_counted_alike() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap();
    let (a, _) = pcmu(&mut engine, 1);
    let text = format!("{}", engine.handle().gauges(&GaugeQuery::new("/session/*")));
    let statistics = done(&mut engine, a.statistics());
    let transport = done(&mut engine, a.transport_statistics());
    let fields = |printed: String| -> Vec<String> {
        let names =
            printed.split([' ', '{', '}', ',', ':']).filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        names.map(str::to_owned).collect()
    };
    for (at, names) in [("", fields(format!("{statistics:?}"))), ("transport/", fields(format!("{transport:?}")))] {
        assert!(names.len() > 10, "{names:?}");
        for name in names.iter().filter(|name| *name != "faults") {
            assert!(text.contains(&format!("/{at}{name} ")), "/session/N/{at}{name} is not among the gauges: {text}");
        }
    }
    for counted in ["timestamps_repaired", "empty_packets", "source_changes", "concealed_blocks", "unplayable_type"] {
        assert!(text.contains(&format!("/{counted} ")));
    }
}
