//! Boundary: what a conference refuses, with which error, and that nobody hears anything of it.

use crate::hall::{Hall, near};
use media_core::error::{ConferenceError, Error, SessionError};
use media_core::types::SampleRate;
use media_core::{ConferenceParams, MemberParams, MemberRole};

#[test]
fn a_full_room_a_second_join_and_strangers_are_errors_and_change_nothing() {
    let params = ConferenceParams::new(SampleRate::Hz8000).max_members(2);
    let mut hall = Hall::of_rates(params, &[8_000; 4]);
    (0..2).for_each(|n| hall.join(n, MemberParams::default()));
    let ids: Vec<_> = hall.sessions.iter().map(|session| session.id()).collect();
    let (room, sessions) = (hall.room.clone(), hall.sessions.clone());
    let id = room.id();
    let whisper = |to| MemberRole::Whisper(vec![to]);
    let refused = [
        ("full", room.join(&sessions[2]), ConferenceError::Full(id, 2)),
        ("twice", room.join(&sessions[0]), ConferenceError::AlreadyMember(id, ids[0])),
        ("a stranger leaves", room.leave(&sessions[2]), ConferenceError::NotMember(id, ids[2])),
        ("a stranger's role", room.set_role(&sessions[2], MemberRole::Listen), ConferenceError::NotMember(id, ids[2])),
        ("a stranger is muted", room.mute(&sessions[2]), ConferenceError::NotMember(id, ids[2])),
        ("a stranger's gain", room.set_gain(&sessions[2], Default::default()), ConferenceError::NotMember(id, ids[2])),
        ("to a stranger", room.set_role(&sessions[0], whisper(ids[2])), ConferenceError::NotMember(id, ids[2])),
        ("to itself", room.set_role(&sessions[0], whisper(ids[0])), ConferenceError::WhispersToSelf(id, ids[0])),
    ];
    for (what, pending, expected) in refused {
        assert_eq!(hall.engine.complete(pending), Err(Error::Conference(expected)), "{what}");
    }
    hall.settle();
    let heard = hall.say(&[0.1, 0.2, 0.4, 0.8]);
    near(&heard[0], 0.2, "the first");
    near(&heard[1], 0.1, "the second");
    assert!(heard[2..].iter().flatten().all(|s| *s == 0.0), "who is in no room hears nothing");
}

#[test]
fn who_is_elsewhere_is_refused_and_a_room_that_ended_is_an_error() {
    let mut hall = Hall::new(SampleRate::Hz8000, 3);
    let handle = hall.engine.handle();
    let bridge = handle.bridge(&hall.sessions[0], &hall.sessions[1]);
    hall.engine.complete(bridge).unwrap();
    let joins = hall.room.join(&hall.sessions[0]);
    assert!(matches!(hall.engine.complete(joins), Err(Error::Session(SessionError::Connected(..)))));
    hall.join(2, MemberParams::default());
    hall.ask(|room, _| room.destroy());
    let id = hall.room.id();
    for pending in [hall.room.join(&hall.sessions[2]), hall.room.mute(&hall.sessions[2]), hall.room.destroy()] {
        assert_eq!(hall.engine.complete(pending), Err(Error::Conference(ConferenceError::Unknown(id))));
    }
    let participants = hall.room.participants();
    assert_eq!(hall.engine.complete(participants), Err(Error::Conference(ConferenceError::Unknown(id))));
    // Its member is free for another.
    let pending = handle.create_conference(ConferenceParams::default());
    hall.room = hall.engine.complete(pending).unwrap();
    hall.join(2, MemberParams::default());
}

#[test]
fn a_room_for_nobody_or_for_too_many_cannot_be() {
    let mut hall = Hall::new(SampleRate::Hz8000, 0);
    for members in [0, ConferenceParams::MAX_MEMBERS + 1] {
        let pending = hall.engine.handle().create_conference(ConferenceParams::default().max_members(members));
        let refused = hall.engine.complete(pending).map(|room| room.id());
        assert_eq!(
            refused,
            Err(Error::Conference(ConferenceError::MaxMembers(members, ConferenceParams::MAX_MEMBERS)))
        );
    }
}

/// What comes right behind a leave is done, and the end of the leave does not undo it.
#[test]
fn a_bridge_or_another_room_right_after_a_leave_stays() {
    let mut hall = Hall::new(SampleRate::Hz8000, 3);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    let handle = hall.engine.handle();
    let other = handle.create_conference(SampleRate::Hz8000);
    let other = hall.engine.complete(other).unwrap();
    let s = hall.sessions.clone();
    let pending = [hall.room.leave(&s[0]), other.join(&s[0]), hall.room.leave(&s[1]), other.join(&s[1])];
    pending.into_iter().for_each(|pending| hall.engine.complete(pending).unwrap());
    hall.settle();
    let heard = hall.say(&[0.1, 0.2, 0.4]);
    near(&heard[0], 0.2, "in the other room");
    near(&heard[1], 0.1, "in the other room");
    near(&heard[2], 0.0, "alone in the first");
    let pending = [other.leave(&s[0]), other.leave(&s[1]), handle.bridge(&s[0], &s[1])];
    pending.into_iter().for_each(|pending| hall.engine.complete(pending).unwrap());
    hall.settle();
    let heard = hall.say(&[0.1, 0.2, 0.4]);
    near(&heard[0], 0.2, "bridged");
    near(&heard[1], 0.1, "bridged");
}
