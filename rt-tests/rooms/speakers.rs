//! Boundary: who speaks in a conference, who has the floor, and how loud they are, as it is told.

use crate::hall::Hall;
use crate::talker;
use media_core::{ConferenceParams, EventKind, Events, MemberParams, MemberRole, SampleRate};
use std::time::Duration;

/// What is told of the sessions of a hall: in which block, of whom.
#[derive(Debug)]
pub struct Told(pub Vec<(usize, usize, EventKind)>);

impl Told {
    pub fn take(&mut self, hall: &Hall, events: &Events, block: usize) {
        for event in std::iter::from_fn(|| events.try_next()) {
            let of = |(id, _)| hall.sessions.iter().position(|session| session.id() == id);
            self.0.extend(event.session.and_then(of).map(|n| (block, n, event.kind)));
        }
    }

    pub fn of(&self, holds: impl Fn(&EventKind) -> bool) -> Vec<(usize, usize)> {
        self.0.iter().filter(|(.., kind)| holds(kind)).map(|(block, n, _)| (*block, *n)).collect()
    }

    fn floor(&self) -> Vec<(usize, usize)> {
        self.of(|kind| matches!(kind, EventKind::DominantSpeaker(_)))
    }
}

/// A hall whose members all speak, at 8 kHz.
pub fn hall(params: ConferenceParams, members: usize) -> Hall {
    let mut hall = Hall::of_rates(params, &vec![8_000; members]);
    (0..members).for_each(|n| hall.join(n, MemberParams::default()));
    hall.settle();
    hall
}

/// A signal that clatters: short bursts of noise, at the level of speech.
fn keyboard(sample: usize) -> f32 {
    let (stroke, at) = (sample / 1_300, sample % 1_300);
    let noise = ((sample as u32).wrapping_mul(2_654_435_761) >> 8) as f32 / (1 << 23) as f32 - 1.0;
    if at < 300 && stroke % 7 != 3 { noise * 0.3 * (-(at as f32) / 60.0).exp() } else { 0.0 }
}

/// A chord that goes on.
fn music(sample: usize) -> f32 {
    let t = sample as f32 / 8_000.0;
    let swell = 0.7 + 0.3 * (t * 9.0).sin();
    [262.0, 330.0, 392.0, 524.0].iter().map(|hz| (t * hz * std::f32::consts::TAU).sin()).sum::<f32>() * 0.04 * swell
}

pub fn run(hall: &mut Hall, events: &Events, blocks: usize, said: impl Fn(usize, usize) -> f32) -> Told {
    let mut told = Told(Vec::new());
    for block in 0..blocks {
        hall.blocks(|n, at| said(n, block * 80 + at));
        told.take(hall, events, block);
    }
    told
}

/// On one thread, on two, and on one for each: wherever those are who speak.
#[test]
fn the_floor_goes_to_who_speaks_and_not_to_who_makes_a_noise() {
    let (a, b) = (talker(1, 5.0), talker(6, 5.0));
    // The first speaks for 5 s, then the second, then the first again; the third types, the fourth has music on hold.
    let plays = |part: usize, at: usize| match (part, at / 40_000) {
        (0, 0 | 2) => a[at % 40_000],
        (1, 1) => b[at % 40_000],
        (2, _) => keyboard(at),
        (3, _) => music(at),
        _ => 0.0,
    };
    for (each, turned) in [(4, 0), (2, 0), (2, 1), (2, 2), (1, 0), (1, 1), (1, 2)] {
        let params = ConferenceParams::new(SampleRate::Hz8000).speakers(true).members_per_worker(each);
        let mut hall = Hall::on(4, params, &[8_000; 4]);
        (0..4).for_each(|n| hall.join(n, MemberParams::default()));
        hall.settle();
        let events = hall.engine.handle().subscribe();
        let told = run(&mut hall, &events, 1_500, |n, at| plays((n + turned) % 4, at));
        let floor = told.floor();
        let holders: Vec<_> = floor.iter().map(|(_, n)| (*n + turned) % 4).collect();
        assert_eq!(holders, [0, 1, 0], "{each} a thread: {floor:?}");
        for (change, (block, _)) in [0, 500, 1_000].into_iter().zip(&floor) {
            assert!((change..change + 47).contains(block), "{each} a thread, change at {change}: {floor:?}");
        }
        let speakers = [(4 - turned) % 4, (5 - turned) % 4, (6 - turned) % 4];
        let pending = hall.room.participants();
        let spoke: Vec<_> = hall.engine.complete(pending).unwrap().iter().map(|p| p.spoke_for.as_secs_f32()).collect();
        let [first, second, third] = speakers.map(|n| spoke[n]);
        assert!(first > 4.0 && first < 10.0 && second > 1.0 && second < 5.5 && third < 0.5, "{spoke:?}");
        let statistics = hall.statistics();
        assert_eq!((statistics.dominant, statistics.workers), (Some(hall.sessions[speakers[0]].id()), 4 / each));
        // Who has it leaves: the next who speaks takes it.
        hall.ask(|room, s| room.leave(&s[speakers[0]]));
        let told = run(&mut hall, &events, 100, |n, at| if n == speakers[1] { b[at] } else { 0.0 });
        assert_eq!(told.floor().iter().map(|(_, n)| *n).collect::<Vec<_>>(), [speakers[1]], "{each} a thread");
    }
}

/// Who talks beside the one that has the floor, as loud, does not take it, but where that one pauses: on one thread, over several,
/// and where the sums of one of them are late now and then.
#[test]
fn the_floor_is_kept_over_threads_as_on_one() {
    let (a, another) = (talker(1, 6.0), talker(6, 6.0));
    // Who says the same, not as loud, never takes it.
    let same: Vec<f32> = a[12_000..].iter().map(|x| 0.8 * x).collect();
    let pairs = [(0, 1), (1, 0), (2, 1)].into_iter();
    for ((holder, beside), b) in pairs.flat_map(|pair| [(pair, &another), (pair, &same)]) {
        let floor = |each, late| {
            let params = ConferenceParams::new(SampleRate::Hz8000).speakers(true).members_per_worker(each);
            let mut hall = Hall::on(3, params, &[8_000; 3]);
            (0..3).for_each(|n| hall.join(n, MemberParams::default()));
            hall.settle();
            let events = hall.engine.handle().subscribe();
            let mut told = Told(Vec::new());
            for block in 0..500 {
                hall.engine.hold_worker(holder, late && block % 120 >= 118);
                hall.blocks(|n, at| match n {
                    n if n == holder => a[block * 80 + at],
                    n if n == beside && block >= 150 => b[(block - 150) * 80 + at],
                    _ => 0.0,
                });
                told.take(&hall, &events, block);
            }
            told.floor()
        };
        let expected = floor(3, false);
        assert_eq!(expected[0].1, holder);
        for late in [false, true] {
            let got = floor(1, late);
            let holders = |floor: &[(usize, usize)]| floor.iter().map(|(_, n)| *n).collect::<Vec<_>>();
            assert_eq!(
                holders(&got),
                holders(&expected),
                "{holder} has it, {beside} talks beside: {got:?}, {expected:?}"
            );
            let far = got.iter().zip(&expected).map(|(got, expected)| got.0.abs_diff(expected.0)).max();
            assert!(far <= Some(if late { 20 } else { 3 }), "{got:?}, {expected:?}");
        }
    }
}

#[test]
fn who_begins_and_ends_to_speak_is_told_once_each_and_ends_before_it_leaves() {
    let mut hall = hall(ConferenceParams::default().speakers(true), 2);
    let (events, id) = (hall.engine.handle().subscribe(), hall.room.id());
    let a = talker(1, 2.0);
    let speaks = |n: usize, at: usize| if n == 0 { a.get(at).copied().unwrap_or(0.0) } else { 0.0 };
    let mut told = run(&mut hall, &events, 300, speaks);
    let began = told.of(|kind| *kind == EventKind::TalkBegan(id));
    let ended = told.of(|kind| *kind == EventKind::TalkEnded(id));
    assert!(began.len() == ended.len() && (1..=3).contains(&began.len()), "{began:?} {ended:?}");
    assert!(began[0].0 < 40 && (200..260).contains(&ended.last().unwrap().0), "{began:?} {ended:?}");
    // It is an audience in the midst of a word, and speaks, and leaves in the midst of a word.
    told = run(&mut hall, &events, 100, speaks);
    assert_eq!(told.of(|kind| *kind == EventKind::TalkBegan(id)).len(), 1, "{:?}", told.0);
    hall.ask(|room, s| room.set_role(&s[0], MemberRole::Listen));
    told = run(&mut hall, &events, 150, speaks);
    let kinds: Vec<_> = told.0.iter().map(|(.., kind)| *kind).collect();
    assert_eq!(kinds, [EventKind::TalkEnded(id), EventKind::ConferenceRoleChanged(id)], "an audience does not speak");
    assert_eq!(hall.statistics().dominant, None);
    hall.ask(|room, s| room.set_role(&s[0], MemberRole::Speak));
    told = run(&mut hall, &events, 100, speaks);
    assert_eq!(told.of(|kind| *kind == EventKind::TalkBegan(id)).len(), 1, "{:?}", told.0);
    assert_eq!(hall.statistics().dominant, Some(hall.sessions[0].id()));
    hall.ask(|room, s| room.leave(&s[0]));
    told = run(&mut hall, &events, 1, |_, _| 0.0);
    let kinds: Vec<_> = told.0.iter().map(|(.., kind)| *kind).collect();
    assert_eq!(kinds, [EventKind::TalkEnded(id), EventKind::ConferenceLeft(id)]);
    assert_eq!((hall.statistics().talking, hall.statistics().dominant), (0, None));
    // Another comes to what was known of it.
    let told = run(&mut hall, &events, 30, |n, at| if n == 1 { keyboard(at) } else { 0.0 });
    assert_eq!(told.0, []);
}

#[test]
fn that_somebody_ended_is_told_where_nothing_comes_any_more() {
    let mut hall = hall(ConferenceParams::default().speakers(true), 2);
    let (events, id, a) = (hall.engine.handle().subscribe(), hall.room.id(), talker(1, 2.0));
    run(&mut hall, &events, 60, |n, at| if n == 0 { a[at] } else { 0.0 });
    (0..60).for_each(|_| hall.engine.tick());
    let mut told = Told(Vec::new());
    told.take(&hall, &events, 0);
    assert_eq!(told.of(|kind| *kind == EventKind::TalkEnded(id)), [(0, 0)], "{:?}", told.0);
}

/// What a worker told of a member in another room is not taken for news of the room that it is in now.
#[test]
fn who_goes_to_another_room_in_the_midst_of_a_word_does_not_speak_there_yet() {
    let a = talker(1, 2.0);
    let mut spoke = 0;
    for blocks in 1..30 {
        let mut hall = hall(ConferenceParams::default().speakers(true), 2);
        let pending = hall.engine.handle().create_conference(ConferenceParams::default().speakers(true));
        let other = hall.engine.complete(pending).unwrap();
        let events = hall.engine.handle().subscribe();
        let mut told = run(&mut hall, &events, blocks, |n, at| if n == 0 { a[at] } else { 0.0 });
        drop(hall.room.leave(&hall.sessions[0]));
        drop(other.join(&hall.sessions[0]));
        told.0.extend(run(&mut hall, &events, 60, |_, _| 0.0).0);
        let kinds: Vec<_> = told.0.iter().map(|(.., kind)| *kind).collect();
        assert!(kinds.contains(&EventKind::ConferenceJoined(other.id())), "{kinds:?}");
        assert!(!kinds.contains(&EventKind::TalkBegan(other.id())), "after {blocks}: {kinds:?}");
        spoke += usize::from(kinds.contains(&EventKind::TalkEnded(hall.room.id())));
    }
    assert!(spoke > 15, "{spoke}");
}

#[test]
fn who_speaks_while_the_room_grows_goes_on_speaking() {
    let mut hall = Hall::of_rates(ConferenceParams::default().speakers(true), &[[8_000; 20], [16_000; 20]].concat());
    hall.join(0, MemberParams::default());
    hall.settle();
    let mut told = Told(Vec::new());
    let (events, id, a) = (hall.engine.handle().subscribe(), hall.room.id(), talker(1, 4.0));
    for block in 0..200 {
        hall.blocks(|n, at| if n == 0 { a[block * 80 + at] } else { 0.0 });
        told.take(&hall, &events, block);
        if block >= 100 && block % 2 == 0 && block / 2 - 50 < 39 {
            hall.begin(block / 2 - 49, MemberParams::default());
        }
    }
    assert_eq!((hall.statistics().members, hall.statistics().rate), (40, SampleRate::Hz16000));
    // As of one that is alone in a small room of its own rate.
    let mut alone = self::hall(ConferenceParams::default().speakers(true), 1);
    let (events, other) = (alone.engine.handle().subscribe(), alone.room.id());
    let before = run(&mut alone, &events, 200, |_, at| a[at]);
    for (grown, small) in [
        (EventKind::TalkBegan(id), EventKind::TalkBegan(other)),
        (EventKind::TalkEnded(id), EventKind::TalkEnded(other)),
        (EventKind::DominantSpeaker(id), EventKind::DominantSpeaker(other)),
    ] {
        let (grown, small) = (told.of(|kind| *kind == grown), before.of(|kind| *kind == small));
        let near = grown.iter().zip(&small).all(|(grown, small)| grown.0.abs_diff(small.0) <= 4);
        assert!(grown.len() == small.len() && near && !small.is_empty(), "{grown:?} {small:?}");
    }
}

#[test]
fn levels_are_told_as_often_as_asked() {
    let params = ConferenceParams::default().level_interval(Duration::from_millis(100));
    let mut hall = hall(params, 2);
    let (events, conference) = (hall.engine.handle().subscribe(), hall.room.id());
    let told = run(&mut hall, &events, 205, |n, _| if n == 0 { 0.1 } else { 0.0 });
    let levels: Vec<_> = told.0.iter().filter(|(_, n, _)| *n == 0).map(|(.., kind)| *kind).collect();
    assert_eq!((levels.len(), told.0.len()), (20, 20), "{:?}", told.0);
    for kind in levels {
        let EventKind::MemberLevel { conference: of, level, heard } = kind else { panic!("{kind:?}") };
        assert!(of == conference && heard && (level.0 + 20.0).abs() < 0.1, "{kind:?}");
    }
    let pending = hall.room.participants();
    let participants = hall.engine.complete(pending).unwrap();
    assert!(participants[0].level.is_some_and(|level| (level.0 + 20.0).abs() < 0.1), "{participants:?}");
    assert_eq!(participants[1].level, None);
    // 10.001 ms are two blocks.
    let mut hall = self::hall(params.level_interval(Duration::from_micros(10_001)), 1);
    let events = hall.engine.handle().subscribe();
    let told = run(&mut hall, &events, 101, |_, _| 0.1);
    assert_eq!(told.0.len(), 50, "{:?}", told.0);
}

#[test]
fn where_nobody_asked_nothing_is_told() {
    let mut hall = hall(ConferenceParams::default(), 2);
    let (events, a) = (hall.engine.handle().subscribe(), talker(1, 2.0));
    let told = run(&mut hall, &events, 200, |n, at| if n == 0 { a[at] } else { 0.0 });
    assert_eq!(told.0, []);
    assert_eq!(hall.statistics().dominant, None);
}
