//! Prompts behind each other.

use super::*;

#[test]
fn what_waits_follows_without_a_gap_and_ends_are_told_in_order() {
    let _alone = alone();
    let mut call = Call::new();
    let all: Vec<Vec<f32>> = (0..5).map(|n| noise(800 + 400 * n, n as u64)).collect();
    let mut playbacks = Vec::new();
    for said in &all {
        let pending = call.session.play_next(Prompt::samples(said.clone(), 8_000));
        playbacks.push(call.done(pending).id());
    }
    call.run(2_000);
    assert!(call.phone.heard().starts_with(&mu_law(&all.concat())));
    let told = call.of_prompts();
    let expected = playbacks.iter().zip(call.ends()).flat_map(|(id, report)| {
        assert_eq!((report.playback, report.end), (*id, PlaybackEnd::Complete));
        [EventKind::PlaybackStarted(*id), EventKind::PlaybackFinished(report)]
    });
    assert_eq!(told, expected.collect::<Vec<_>>());
    call.end();
}

#[test]
fn a_queue_that_is_full_refuses_and_has_room_again() {
    let _alone = alone();
    let mut call = Call::new();
    let next = |call: &mut Call| {
        let pending = call.session.play_next(Prompt::samples(vec![0.1; 2_400], 8_000));
        call.engine.complete(pending)
    };
    for _ in 0..16 {
        next(&mut call).unwrap();
    }
    let id = call.session.id();
    assert_eq!(next(&mut call).unwrap_err(), PlaybackError::QueueFull(id, 16).into());
    call.run(200);
    next(&mut call).unwrap();
    call.run(6_000);
    assert_eq!(call.ends().len(), 17);
    call.end();
}

/// One that waits may be rendered already, behind one that plays.
#[test]
fn one_that_is_stopped_as_it_waits_is_never_heard_and_the_others_are_whole() {
    let _alone = alone();
    let mut call = Call::new();
    let all: Vec<Vec<f32>> = (0..4).map(|n| noise(801 + n, 10 + n as u64)).collect();
    let mut playbacks = Vec::new();
    for said in &all {
        let pending = call.session.play_next(Prompt::samples(said.clone(), 8_000));
        playbacks.push(call.done(pending));
    }
    for waits in [&playbacks[1], &playbacks[3]] {
        let stopped = waits.stop();
        call.done(stopped);
    }
    call.run(1_000);
    let heard = call.phone.heard();
    // Each ends within a block, and what follows begins with the next.
    let whole = |said: &[f32]| mu_law(&[said, &vec![0.0; said.len().next_multiple_of(80) - said.len()]].concat());
    assert!(heard.starts_with(&[whole(&all[0]), whole(&all[2])].concat()));
    assert!(heard[2 * 880..].iter().all(|octet| *octet == 0xff));
    let ends: Vec<_> = call.ends().iter().map(|report| (report.playback, report.end, report.samples)).collect();
    let (stopped, complete) = (PlaybackEnd::Stopped, PlaybackEnd::Complete);
    let expected = [
        (playbacks[0].id(), complete, 801),
        (playbacks[1].id(), stopped, 0),
        (playbacks[2].id(), complete, 803),
        (playbacks[3].id(), stopped, 0),
    ];
    let sorted = |mut ends: Vec<(media_core::PlaybackId, PlaybackEnd, u64)>| {
        ends.sort_by_key(|(id, ..)| *id);
        ends
    };
    assert_eq!(sorted(ends), expected);
    assert_eq!(call.of_prompts().len(), 6, "what was not heard did not begin: {:?}", call.told);
    call.end();
}

#[test]
fn a_seek_in_one_has_those_behind_it_played_whole() {
    let _alone = alone();
    let mut call = Call::new();
    let (one, two) = (noise(3_200, 20), noise(800, 21));
    let first = call.play(Prompt::samples(one.clone(), 8_000));
    let second = call.session.play_next(Prompt::samples(two.clone(), 8_000));
    call.done(second);
    // All is rendered by now, and the first is nearly over.
    call.run(300);
    let sought = first.seek(Duration::from_millis(100));
    call.done(sought);
    call.run(1_000);
    let rest = [mu_law(&one[880..]), mu_law(&two)].concat();
    assert!(found(&call.phone.heard(), &rest).is_some());
    assert_eq!(call.ends().len(), 2);
    call.end();
}

#[test]
fn a_flush_ends_all_and_a_session_that_ends_tells_before_where_they_were() {
    let _alone = alone();
    let mut call = Call::new();
    for round in 0..2 {
        call.told.clear();
        call.play(Prompt::samples(vec![0.1; 8_000], 8_000).forever());
        let waits = call.session.play_next(Prompt::samples(vec![0.1; 800], 8_000));
        call.done(waits);
        call.run(500);
        let why = match round {
            0 => {
                let flushed = call.session.flush_prompts();
                call.done(flushed);
                PlaybackEnd::Stopped
            }
            _ => {
                let destroyed = call.session.destroy();
                call.done(destroyed);
                PlaybackEnd::SessionEnded
            }
        };
        call.run(100);
        let ends = call.ends();
        assert_eq!(ends.iter().map(|report| report.end).collect::<Vec<_>>(), [why; 2]);
        assert!((3_900..4_800).contains(&ends[0].samples) && ends[1].samples == 0, "{ends:?}");
        let destroyed = call.told.iter().position(|kind| *kind == EventKind::Destroyed).unwrap_or(call.told.len());
        let last = call.told.iter().rposition(|kind| matches!(kind, EventKind::PlaybackFinished(_)));
        assert!(last < Some(destroyed), "{:?}", call.told);
    }
    call.end();
}
