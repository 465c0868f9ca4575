//! Boundary: what is told of a conference: events, participants, statistics.

use crate::hall::Hall;
use media_core::types::SampleRate;
use media_core::{EventKind, MemberHealth, MemberParams, MemberRole};
use std::time::Duration;

#[test]
fn who_joins_changes_and_leaves_is_told_in_order() {
    let mut hall = Hall::new(SampleRate::Hz8000, 2);
    let events = hall.engine.handle().subscribe();
    let id = hall.room.id();
    hall.join(0, MemberParams::default());
    hall.join(1, MemberParams::default());
    hall.ask(|room, s| room.set_role(&s[1], MemberRole::Listen));
    hall.ask(|room, s| room.mute(&s[0]));
    hall.ask(|room, s| room.leave(&s[0]));
    let pending = hall.sessions[1].destroy();
    hall.engine.complete(pending).unwrap();
    let told: Vec<_> = std::iter::from_fn(|| events.try_next()).collect();
    // One of them may have lived on another worker.
    let told = told.into_iter().filter(|event| !matches!(event.kind, EventKind::Moved(_)));
    let told: Vec<_> = told.map(|event| (event.session.map(|(id, _)| id), event.kind)).collect();
    let s = [0, 1].map(|n| Some(hall.sessions[n].id()));
    let expected = [
        (s[0], EventKind::ConferenceJoined(id)),
        (s[1], EventKind::ConferenceJoined(id)),
        (s[1], EventKind::ConferenceRoleChanged(id)),
        (s[0], EventKind::ConferenceLeft(id)),
        (s[1], EventKind::ConferenceLeft(id)),
        (s[1], EventKind::Destroyed),
    ];
    assert_eq!(told, expected);
}

#[test]
fn participants_are_listed_as_they_are() {
    let mut hall = Hall::new(SampleRate::Hz8000, 2);
    hall.join(0, MemberParams::default());
    (0..100).for_each(|_| drop(hall.block(&[0.1, 0.0])));
    let whispers = MemberParams::default().role(MemberRole::Whisper(vec![hall.sessions[0].id()])).muted(true);
    hall.join(1, whispers.clone());
    let pending = hall.room.participants();
    let participants = hall.engine.complete(pending).unwrap();
    let told: Vec<_> = participants.iter().map(|p| (p.session, p.params.clone())).collect();
    assert_eq!(told, [(hall.sessions[0].id(), MemberParams::default()), (hall.sessions[1].id(), whispers)]);
    assert!((Duration::from_secs(1)..Duration::from_secs(2)).contains(&participants[0].member_for), "{participants:?}");
    assert!(participants.iter().all(|p| p.health == MemberHealth::Active), "of samples: {participants:?}");
    assert!(participants[1].member_for < Duration::from_millis(100), "{participants:?}");
    let statistics = hall.statistics();
    assert_eq!((statistics.members, statistics.speakers, statistics.heard), (2, 1, 1), "{statistics:?}");
    assert!((99..=110).contains(&statistics.blocks), "{statistics:?}");
    assert!(statistics.age >= participants[0].member_for, "{statistics:?}");
}
