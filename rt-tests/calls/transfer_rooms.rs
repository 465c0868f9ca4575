//! Boundary: a member of a conference is replaced by another session, which is there what that one was.

use crate::rig::{Calls, is_near};
use media_core::codec::Law::Mu;
use media_core::engine::Conference;
use media_core::{ConferenceParams, Connection, EventKind, Gain, MemberParams, MemberRole, SampleRate};

fn room(calls: &mut Calls, members: &[(usize, MemberParams)], most: usize) -> Conference {
    let params = ConferenceParams::new(SampleRate::Hz8000).max_members(most);
    let pending = calls.engine.handle().create_conference(params);
    let room = calls.ask(pending).unwrap();
    for (n, params) in members {
        let pending = room.join_as(&calls.sessions[*n], params.clone());
        calls.ask(pending).unwrap();
    }
    calls.run(20);
    room
}

/// A full room: three members, one of them replaced, who was quiet by half and had an agent's ear.
#[test]
fn the_replacement_is_there_what_that_one_was() {
    for workers in [1, 2] {
        let mut calls = Calls::new(workers, &[Mu; 4]);
        let half = Gain::linear(0.5).unwrap();
        let member = MemberParams::default();
        let seat = member.clone().gain(half).listening_gain(half);
        let room = room(&mut calls, &[(0, member.clone()), (1, seat.clone()), (2, member)], 3);
        let ids = [0, 1, 2, 3].map(|n| calls.id(n));
        // The third whispers to the second alone.
        let pending = room.set_role(&calls.sessions[2], MemberRole::Whisper(vec![ids[1]]));
        calls.ask(pending).unwrap();
        calls.run(20);
        let since = [0, 1, 2, 3].map(|n| calls.packets(n));
        let said = [0, 1, 2, 3].map(|n| calls.said(n));
        calls.told();
        let pending = calls.engine.handle().transfer(&calls.sessions[1], &calls.sessions[3]);
        calls.ask(pending).unwrap();
        calls.run(30);
        let (first, came) = (calls.heard(0, since[0]), calls.heard(3, since[3]));
        assert!(is_near(first[0].0, said[1] / 2) && is_near(first[first.len() - 1].0, said[3] / 2), "{first:?}");
        // It never falls silent: one is faded as the other begins, within one block.
        let least = said[1].abs().min(said[3].abs()) / 2 * 9 / 10;
        assert!(first.iter().all(|(level, _)| level.abs() >= least), "{first:?}");
        let between: usize = first[1..first.len() - 1].iter().map(|(_, samples)| samples).sum();
        assert!(between <= 80, "{first:?}");
        let ear = (said[0] + said[2]) / 2;
        assert!(came[0].0.abs() < 300 && is_near(calls.hears(3), ear), "{ear} {came:?}");
        let left = calls.heard(1, since[1]);
        assert!(is_near(left[0].0, ear) && calls.hears(1).abs() < 300, "{left:?}");
        for n in 0..4 {
            assert_eq!(calls.gaps(n), [], "{n}");
        }
        let pending = room.participants();
        let there = calls.ask(pending).unwrap();
        let seen: Vec<_> = there.iter().map(|member| (member.session, member.params.clone())).collect();
        let whispers = MemberParams::default().role(MemberRole::Whisper(vec![ids[3]]));
        assert_eq!(seen, [(ids[0], MemberParams::default()), (ids[3], seat), (ids[2], whispers)]);
        let told = calls.told();
        let kinds = |n: usize| {
            let of = told.iter().filter(|(id, _)| *id == ids[n]).map(|(_, kind)| *kind);
            of.filter(|kind| format!("{kind:?}").starts_with("Conference")).collect::<Vec<_>>()
        };
        assert_eq!(kinds(1), [EventKind::ConferenceLeft(room.id())]);
        assert_eq!(kinds(3), [EventKind::ConferenceJoined(room.id())]);
        let state = calls.session(1).state();
        assert_eq!(calls.ask(state).unwrap().connection, None);
        let state = calls.session(3).state();
        assert_eq!(calls.ask(state).unwrap().connection, Some(Connection::Conference(room.id())));
    }
}

/// Who whispers is replaced by another who does.
#[test]
fn a_whisperer_is_replaced_by_another() {
    let mut calls = Calls::new(1, &[Mu; 4]);
    let to = calls.id(0);
    let whispers = MemberParams::default().role(MemberRole::Whisper(vec![to]));
    let room = room(&mut calls, &[(0, MemberParams::default()), (1, MemberParams::default()), (2, whispers)], 3);
    let since = [0, 1].map(|n| calls.packets(n));
    let said = [0, 1, 2, 3].map(|n| calls.said(n));
    let pending = calls.engine.handle().transfer(&calls.sessions[2], &calls.sessions[3]);
    calls.ask(pending).unwrap();
    calls.run(30);
    let (ear, other) = (calls.heard(0, since[0]), calls.heard(1, since[1]));
    assert!(is_near(ear[0].0, said[1] + said[2]) && is_near(ear[ear.len() - 1].0, said[1] + said[3]), "{ear:?}");
    assert!(other.len() == 1 && is_near(other[0].0, said[0]), "{other:?}");
    let pending = room.members();
    assert_eq!(calls.ask(pending).unwrap(), [0, 1, 3].map(|n| calls.id(n)));
}
