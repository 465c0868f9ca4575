//! Flush: at the next tick nothing of the old speech is sent, and the answer is the sample at which it was cut.

use super::*;
use support::random::Random;

#[test]
fn after_a_flush_not_a_sample_of_what_was_cut_is_heard() {
    let _alone = alone();
    let mut random = Random(9);
    for round in 0..40 {
        let mut call = Call::new();
        call.say(4_000 + random.below(60_000));
        call.run(10 * (2 + random.below(30)) as u64);
        let before = call.port.writer.position().sample;
        let flush = call.port.writer.flush();
        let cut = call.said.len();
        // New speech, at once in every other round.
        if round % 2 == 0 {
            call.say(2_000);
        }
        call.run(30);
        if round % 2 == 1 {
            call.say(2_000);
        }
        call.port.writer.finish().unwrap();
        call.run(600);
        let told = call.told.iter().find_map(|event| match event.kind {
            AgentEventKind::Flushed { flush: number, forgotten } if number == flush => {
                Some((event.position.sample as usize, forgotten as usize))
            }
            _ => None,
        });
        let (at, forgotten) = told.unwrap();
        assert_eq!((at, at + forgotten), (before as usize, cut), "round {round}");
        assert!(call.found(0..at).is_some(), "round {round}: what was sent is whole");
        assert!(call.found(at..at + 8).is_none(), "round {round}: the tick after it has old speech in it");
        let new = call.found(cut + 40..cut + 2_000).expect("the new speech is whole");
        if round % 2 == 1 {
            // Its first sample is its own: nothing is faded in that begins.
            assert_eq!(call.found(cut..cut + 2_000), Some(new - 40), "round {round}");
        }
        call.end();
    }
}

#[test]
fn a_flush_with_nothing_to_cut_says_so() {
    let _alone = alone();
    let mut call = Call::new();
    let first = call.port.writer.flush();
    call.run(20);
    call.say(500);
    call.run(200);
    let second = call.port.writer.flush();
    let third = call.port.writer.flush();
    call.run(20);
    let flushed = |flush, forgotten| AgentEventKind::Flushed { flush, forgotten };
    let kinds: Vec<_> =
        call.kinds().into_iter().filter(|(_, kind)| matches!(kind, AgentEventKind::Flushed { .. })).collect();
    // Of two in one tick the later one is told.
    assert_eq!(kinds, [(0, flushed(first, 0)), (500, flushed(third, 0))]);
    assert_eq!((first, second, third), (1, 2, 3));
    call.end();
}

#[test]
fn marks_of_what_was_flushed_are_forgotten_in_their_order() {
    let _alone = alone();
    let mut call = Call::new();
    for id in 0..5 {
        call.say(800);
        call.port.writer.mark(id).unwrap();
    }
    call.run(250);
    call.port.writer.flush();
    call.say(800);
    call.port.writer.mark(9).unwrap();
    call.run(300);
    let marks: Vec<_> = call
        .kinds()
        .into_iter()
        .map(|(_, kind)| kind)
        .filter(|kind| matches!(kind, AgentEventKind::Mark(_) | AgentEventKind::MarkForgotten(_)))
        .collect();
    let (reached, forgotten) = (AgentEventKind::Mark, AgentEventKind::MarkForgotten);
    assert_eq!(marks, [reached(0), reached(1), forgotten(2), forgotten(3), forgotten(4), reached(9)]);
    call.end();
}

#[test]
fn memory_comes_home_and_is_freed_after_minutes_that_were_flushed() {
    let _alone = alone();
    let mut call = Call::new();
    for _ in 0..30 {
        let room = call.port.writer.room();
        call.say(room);
        assert_eq!(call.port.writer.write(&[0.5]), Ok(0));
        call.port.writer.flush();
        call.run(20);
    }
    call.said.clear();
    call.end();
}

#[test]
fn new_speech_on_the_heels_of_a_flush_begins_without_a_click() {
    let _alone = alone();
    let mut call = Call::new();
    let tone: Vec<f32> = (0..8_000).map(|n| (n as f32 * 0.3).cos() * 0.5).collect();
    let mut edge = 0.0f32;
    for cut in 0..20 {
        assert_eq!(call.port.writer.write(&tone), Ok(8_000));
        call.run(200 + 10 * cut);
        call.port.writer.flush();
    }
    call.run(100);
    let heard = linear(&call.phone.heard());
    edge = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(edge, f32::max);
    // What begins at full scale of its own does so at its own first sample, beside what fades: no more than that.
    assert!(edge < 0.5 + 0.5 * 0.3, "an edge of {edge}");
    call.end();
}

#[test]
fn what_finds_no_room_behind_a_flush_stays_with_who_writes_and_is_whole() {
    let _alone = alone();
    let mut call = Call::with(AgentParams::new(SampleRate::Hz8000).backlog(Duration::from_secs(2)));
    let room = call.port.writer.room();
    call.say(room);
    call.port.writer.flush();
    let begun = call.said.len();
    // What was flushed is fetched by the next tick: until then its place is taken.
    let said = noise(16_000, 77);
    let mut taken = 0;
    for piece in said.chunks(100) {
        let now = call.port.writer.write(&said[taken..taken + piece.len().min(said.len() - taken)]).unwrap();
        taken += now;
    }
    assert!((1_000..16_000).contains(&taken), "{taken}");
    while taken < said.len() {
        call.run(10);
        taken += call.port.writer.write(&said[taken..]).unwrap();
    }
    call.said.extend(said);
    call.port.writer.finish().unwrap();
    call.run(2_500);
    assert!(call.found(begun..begun + 16_000).is_some());
    call.end();
}

#[test]
fn ten_minutes_are_flushed_within_five_ticks() {
    let _alone = alone();
    let mut call = Call::with(AgentParams::new(SampleRate::Hz8000).backlog(Duration::from_secs(600)));
    call.say(600 * 8_000);
    call.run(100);
    call.port.writer.flush();
    let begun = call.said.len();
    call.say(1_600);
    call.port.writer.finish().unwrap();
    let began = std::time::Instant::now();
    call.engine.tick();
    println!("that tick took {:?}, all of the engine's control side included", began.elapsed());
    call.run(300);
    // What was written behind it is heard as soon as that is done.
    let heard = call.found(begun + 40..begun + 1_600).expect("the new speech");
    assert!(call.phone.heard().len() - heard > 1_900, "{heard} of {}", call.phone.heard().len());
    call.end();
}
