//! Boundary: a conference that becomes another while it runs.

use crate::hall::{BLOCK, Hall, near, within};
use crate::speakers::{Told, hall, run};
use crate::{speech_like, talker};
use media_core::types::Gain;
use media_core::{
    ConferenceError, ConferenceParams, ConferenceQuality, Error, EventKind, MemberParams, MemberRole, Mixing,
    SampleRate,
};
use std::time::Duration;

fn params() -> ConferenceParams {
    ConferenceParams::new(SampleRate::Hz8000)
}

fn update(hall: &mut Hall, params: ConferenceParams) {
    hall.ask(|room, _| room.update(params));
}

/// Of two levels the loudest, then both, then the loudest again; each change without an edge.
#[test]
fn who_is_heard_changes_with_it_without_an_edge() {
    let mut hall = hall(params().mixing(Mixing::Loudest(1)), 3);
    let said = [0.3, 0.05, 0.0];
    let mut heard = Vec::new();
    for (mixing, level) in [(Mixing::All, 0.35), (Mixing::Loudest(1), 0.3), (Mixing::All, 0.35)] {
        (0..100).for_each(|_| heard.extend(hall.block(&said).swap_remove(2)));
        drop(hall.room.update(params().mixing(mixing)));
        (0..100).for_each(|_| heard.extend(hall.block(&said).swap_remove(2)));
        near(hall.block(&said).swap_remove(2), level, &format!("{mixing:?}"));
        let mut pending = hall.room.params();
        (0..3).for_each(|_| heard.extend(hall.block(&said).swap_remove(2)));
        assert_eq!(pending.poll_now().expect("it is told within a tick").unwrap().mixing, mixing);
    }
    let steps = heard[BLOCK * 20..].windows(2).map(|pair| (pair[1] - pair[0]).abs());
    assert!(steps.fold(0.0, f32::max) < 0.002, "a gain moves over 80 samples");
}

/// Members are made equally loud, and are as they were when they are not any more.
#[test]
fn levels_are_controlled_as_long_as_that_is_asked_for() {
    let mut hall = hall(params(), 2);
    let quiet: Vec<f32> = speech_like::voice(SampleRate::Hz8000, 40.0, 3).samples.iter().map(|x| 0.05 * x).collect();
    let mut at = 0;
    let mut power = |hall: &mut Hall, blocks: usize| {
        let mut sums = (0.0, 0.0);
        for block in 0..blocks {
            let said = &quiet[at..at + BLOCK];
            let heard = hall.blocks(|n, i| if n == 0 { said[i] } else { 0.0 }).swap_remove(1);
            if block > blocks / 2 {
                let sum = |pcm: &[f32]| pcm.iter().map(|x| x * x).sum::<f32>();
                sums = (sums.0 + sum(&heard), sums.1 + sum(said));
            }
            at += BLOCK;
        }
        10.0 * (sums.0 / sums.1).log10()
    };
    let plain = power(&mut hall, 400);
    update(&mut hall, params().level_control(true));
    let controlled = power(&mut hall, 1_200);
    update(&mut hall, params());
    let again = power(&mut hall, 400);
    assert!(plain.abs() < 0.5 && again.abs() < 0.5 && controlled > 6.0, "{plain} dB, {controlled} dB, {again} dB");
}

#[test]
fn speakers_are_told_while_that_is_asked_for_and_end_when_it_is_not() {
    let mut hall = hall(params().speakers(true).level_interval(Duration::from_millis(100)), 2);
    let events = hall.engine.handle().subscribe();
    let (voice, id) = (talker(3, 30.0), hall.room.id());
    let mut at = 0;
    let mut talk = |hall: &mut Hall| {
        let told = run(hall, &events, 120, |n, sample| if n == 0 { voice[at + sample] } else { 0.0 });
        at += 120 * BLOCK;
        told
    };
    let speech = |told: &Told| told.of(|kind| matches!(kind, EventKind::TalkBegan(_) | EventKind::DominantSpeaker(_)));
    assert!(speech(&talk(&mut hall)).len() >= 2);
    let statistics = hall.statistics();
    assert_eq!((statistics.dominant.is_some(), statistics.talking), (true, 1));
    update(&mut hall, params());
    let mut told = Told(Vec::new());
    told.take(&hall, &events, 0);
    assert_eq!(told.of(|kind| *kind == EventKind::TalkEnded(id)), [(0, 0)]);
    assert_eq!((hall.statistics().dominant, hall.statistics().talking), (None, 0));
    assert_eq!(talk(&mut hall).0, [], "nothing is told, no level either");
    // And again: it is told that it speaks, and that it has the floor, as if it had just come.
    update(&mut hall, params().speakers(true));
    let again = speech(&talk(&mut hall));
    assert_eq!(again.len(), 2, "{again:?}");
    assert_eq!(hall.statistics().dominant, Some(hall.sessions[0].id()));
}

#[test]
fn another_rate_is_heard_as_the_one_before() {
    let mut hall = Hall::of_rates(params(), &[8_000, 16_000, 48_000]);
    (0..3).for_each(|n| hall.join(n, MemberParams::default()));
    hall.settle();
    for rate in [SampleRate::Hz48000, SampleRate::Hz16000, SampleRate::Hz8000] {
        update(&mut hall, ConferenceParams::new(rate));
        assert_eq!(hall.statistics().rate, rate);
        let heard = hall.say(&[0.1, 0.2, 0.0]);
        within(&heard[2], 0.3, 2e-3, &format!("{rate:?}"));
        within(&heard[0], 0.2, 2e-3, &format!("{rate:?}"));
    }
    // Fixed no more, it takes that of the best of them.
    update(&mut hall, ConferenceParams::default());
    assert_eq!(hall.statistics().rate, SampleRate::Hz48000);
    within(&hall.say(&[0.1, 0.2, 0.0])[2], 0.3, 2e-3, "of the best");
}

#[test]
fn what_cannot_be_changes_nothing_and_who_is_in_it_stays() {
    let mut hall = hall(params().quality(ConferenceQuality::High), 3);
    let pending = hall.room.update(params().mixing(Mixing::Loudest(0)));
    assert!(matches!(hall.engine.complete(pending), Err(Error::Conference(ConferenceError::NobodyHeard))));
    let pending = hall.room.params();
    assert_eq!(hall.engine.complete(pending).unwrap(), params().quality(ConferenceQuality::High));
    update(&mut hall, params().max_members(1));
    let pending = hall.room.members();
    assert_eq!(hall.engine.complete(pending).unwrap().len(), 3);
    hall.ask(|room, sessions| room.leave(&sessions[2]));
    let pending = hall.room.join(&hall.sessions[2]);
    assert!(matches!(hall.engine.complete(pending), Err(Error::Conference(ConferenceError::Full(_, 1)))));
    near(&hall.say(&[0.1, 0.2, 0.0])[0], 0.2, "those who are in it");
    hall.ask(|room, _| room.destroy());
    for pending in [hall.room.update(params()), hall.room.update(params().max_members(0))] {
        assert!(matches!(hall.engine.complete(pending), Err(Error::Conference(_))));
    }
}

/// Who was left out as it became an audience is heard when it speaks again, in a room that leaves nobody out any more.
#[test]
fn who_was_left_out_is_heard_when_nobody_is_any_more() {
    let mut hall = hall(params().mixing(Mixing::Loudest(1)), 3);
    let said = [0.3, 0.05, 0.0];
    near(hall.say(&said).swap_remove(2), 0.3, "one of two");
    hall.ask(|room, s| room.set_role(&s[1], MemberRole::Listen));
    update(&mut hall, params());
    hall.ask(|room, s| room.set_role(&s[1], MemberRole::Speak));
    near(hall.say(&said).swap_remove(2), 0.35, "both");
}

/// What was found of a member just before the conference became another is told, however late the control side is.
#[test]
fn who_begins_to_speak_as_it_becomes_another_is_told() {
    let voice = talker(3, 3.0);
    for at in 0..40 {
        let mut hall = hall(params().speakers(true), 2);
        let (events, id) = (hall.engine.handle().subscribe(), hall.room.id());
        let speaks = |n: usize, sample: usize| if n == 0 { voice[sample] } else { 0.0 };
        let mut told = run(&mut hall, &events, at, speaks);
        // More orders than a tick takes: the bus becomes another a tick later than that; and nobody looks for two ticks.
        (0..40).for_each(|_| drop(hall.room.set_gain(&hall.sessions[1], Gain::UNITY)));
        drop(hall.room.update(params().speakers(true).mixing(Mixing::Speech)));
        hall.blocks_unwatched(2, |n, block, sample| speaks(n, (at + block) * BLOCK + sample));
        let later = run(&mut hall, &events, 60, |n, sample| speaks(n, (at + 2) * BLOCK + sample));
        told.0.extend(later.0);
        assert_eq!(told.of(|kind| *kind == EventKind::TalkBegan(id)).len(), 1, "{at}: {told:?}");
    }
}

/// Whoever spoke when that ceased to be told gives up its place to who speaks later.
#[test]
fn there_is_a_place_for_who_speaks_after_many_who_were_told() {
    let tells = params().level_interval(Duration::from_millis(50));
    let mut hall = hall(tells.speakers(true), 66);
    let events = hall.engine.handle().subscribe();
    let voice = talker(3, 12.0);
    run(&mut hall, &events, 60, |n, sample| if n < 64 { voice[sample] } else { 0.0 });
    assert_eq!(hall.statistics().talking, 64);
    update(&mut hall, tells);
    run(&mut hall, &events, 300, |_, _| 0.0);
    let told = run(&mut hall, &events, 60, |n, sample| if n == 65 { voice[sample] } else { 0.0 });
    assert!(
        told.0.iter().any(|(_, n, kind)| *n == 65 && matches!(kind, EventKind::MemberLevel { .. })),
        "{:?}",
        told.0
    );
}
