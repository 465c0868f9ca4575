//! Positions and marks, beside the samples in the packets.

use super::*;
use support::random::Random;

#[test]
fn a_mark_is_told_in_the_tick_and_with_the_time_in_which_its_sample_leaves() {
    let _alone = alone();
    let mut call = Call::new();
    let mut random = Random(5);
    let mut placed = Vec::new();
    for id in 0..200 {
        call.say(1 + random.below(900));
        call.port.writer.mark(id).unwrap();
        placed.push((id, call.said.len() as u64));
        if call.port.writer.waiting() > 6_000 {
            call.run(500);
        }
    }
    call.port.writer.finish().unwrap();
    call.run(2_000);
    let begin = call.found(0..call.said.len()).unwrap();
    let told: Vec<_> = call.told.iter().filter(|event| matches!(event.kind, AgentEventKind::Mark(_))).collect();
    assert_eq!(told.len(), placed.len());
    for (event, (id, at)) in told.iter().zip(placed) {
        assert_eq!((event.kind, event.position.sample), (AgentEventKind::Mark(id), at));
        // To a sample: 125 µs, and what a division leaves.
        let heard = call.time_of(begin + at as usize);
        let off = event.position.at.time.nanos_since(heard).max(heard.nanos_since(event.position.at.time));
        assert!(off <= 1_000, "mark {id}: {off} ns beside its sample");
    }
    call.end();
}

#[test]
fn the_position_is_that_of_the_last_tick() {
    let _alone = alone();
    let mut call = Call::new();
    assert_eq!(call.port.writer.position().sample, 0);
    call.say(8_000);
    call.run(100);
    for _ in 0..40 {
        call.run(20);
        let position = call.port.writer.position();
        let sent = call.phone.got.len() * 160;
        let begin = call.found(0..80).unwrap();
        // What a packet lacks is sent, too: it leaves with the rest of it.
        assert!((sent..=sent + 320).contains(&(begin + position.sample as usize)), "{sent} {position:?}");
        assert_eq!(position.at.time, call.time_of(begin + position.sample as usize));
    }
    call.end();
}

#[test]
fn marks_wait_for_a_reader_and_none_is_lost() {
    let _alone = alone();
    let mut call = Call::new();
    let mut refused = 0;
    for id in 0..3_000 {
        call.say(8);
        while call.port.writer.mark(id).is_err() {
            refused += 1;
            // Nobody reads events meanwhile.
            call.engine.run_for(Duration::from_millis(20));
            if refused > 400 {
                call.run(20);
            }
        }
    }
    call.port.writer.finish().unwrap();
    for _ in 0..10 {
        call.run(500);
    }
    let told = call.told.iter().filter_map(|event| match event.kind {
        AgentEventKind::Mark(id) => Some(id),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), (0..3_000).collect::<Vec<_>>());
    // Marks leave room to what cannot wait.
    assert_eq!(call.port.events.lost(), 0);
    assert!(refused > 400, "{refused}");
    call.end();
}

#[test]
fn who_reads_no_events_loses_the_newest_and_it_is_counted() {
    let _alone = alone();
    let mut call = Call::new();
    for _ in 0..1_500 {
        call.say(80);
        call.port.writer.flush();
        call.engine.run_for(Duration::from_millis(10));
    }
    assert!(call.port.events.lost() > 400, "{}", call.port.events.lost());
    let read = std::iter::from_fn(|| call.port.events.try_next()).count();
    assert_eq!(read, 1_024);
    call.end();
}
