//! What waits: nobody hears it, someone is on hold, the agent pauses. Nothing is lost, and all is told.

use super::*;

fn dry(call: &Call) -> Vec<(u64, AgentEventKind)> {
    call.kinds().into_iter().filter(|(_, kind)| !matches!(kind, AgentEventKind::BacklogLow)).collect()
}

/// Nobody hears it at first: all of it waits until somebody does.
fn waits_for_him(call: &mut Call) {
    call.say(8_000);
    call.run(700);
    assert_eq!((call.port.writer.position().sample, call.port.writer.waiting()), (0, 8_000));
    call.bridge();
    call.port.writer.finish().unwrap();
    call.run(1_200);
    assert!(call.found(0..8_000).is_some());
}

#[test]
fn what_is_written_before_anybody_hears_it_waits_for_him() {
    let _alone = alone();
    let mut call = Call::apart(AgentParams::new(SampleRate::Hz8000));
    waits_for_him(&mut call);
    call.end();
}

#[test]
fn a_pause_holds_and_resumes_where_it_was() {
    let _alone = alone();
    let mut call = Call::new();
    call.say(8_000);
    call.run(300);
    call.port.writer.pause();
    call.run(400);
    let at = call.port.writer.position().sample as usize;
    assert!((2_000..2_700).contains(&at), "{at}");
    call.port.writer.resume();
    call.port.writer.finish().unwrap();
    call.run(1_000);
    assert!(call.found(0..at).is_some() && call.found(at + 40..8_000).is_some());
    let lasted = Duration::from_millis(400);
    let held = DryCause::Held;
    let kinds = [
        (at as u64, AgentEventKind::DryBegan(held)),
        (at as u64 + 80, AgentEventKind::DryEnded { cause: held, lasted }),
        (8_000, AgentEventKind::DryBegan(DryCause::Finished)),
    ];
    assert_eq!(dry(&call), kinds);
    assert_eq!(call.port.writer.statistics().late, 0);
    call.end();
}

#[test]
fn a_caller_on_hold_misses_nothing_and_an_agent_on_hold_says_nothing() {
    let _alone = alone();
    for caller in [true, false] {
        let mut call = Call::new();
        call.say(16_000);
        call.run(300);
        let hold = if caller { call.caller.hold_outward() } else { call.agent.hold_inward() };
        call.done(hold);
        call.run(500);
        let at = call.port.writer.position().sample as usize;
        let resumed = if caller { call.caller.resume_outward() } else { call.agent.resume_inward() };
        call.done(resumed);
        call.port.writer.finish().unwrap();
        call.run(2_000);
        assert!(call.found(at + 40..16_000).is_some(), "{caller}");
        assert_eq!(call.port.writer.position().sample, 16_000);
        // What a packet lacked as the hold began is not sent: 10 ms at most.
        assert!(call.found(0..at - 80).is_some(), "{caller}");
        call.end();
    }
}

#[test]
fn unbridged_and_bridged_again_it_goes_on() {
    let _alone = alone();
    let mut call = Call::new();
    call.say(16_000);
    call.run(300);
    call.unbridge();
    call.run(500);
    let at = call.port.writer.position().sample as usize;
    assert!(at < 3_000, "{at}");
    call.bridge();
    call.port.writer.finish().unwrap();
    call.run(2_000);
    assert!(call.found(at + 40..16_000).is_some());
    call.end();
}

#[test]
fn in_a_room_it_speaks_to_all() {
    let _alone = alone();
    let mut call = Call::apart(AgentParams::new(SampleRate::Hz8000));
    call.say(8_000);
    let room = call.engine.handle().create_conference(media_core::ConferenceParams::default());
    let room = call.done(room);
    for session in [call.caller.clone(), call.agent.clone()] {
        let joined = room.join(&session);
        call.done(joined);
    }
    call.port.writer.finish().unwrap();
    call.run(1_500);
    // It came in with a fade of one block.
    assert!(call.found(160..8_000).is_some());
    call.end();
}

#[test]
fn what_is_written_before_anybody_hears_it_waits_though_it_is_recorded() {
    let _alone = alone();
    let mut call = Call::apart(AgentParams::new(SampleRate::Hz8000));
    let tap = call.agent.tap_of(media_core::TapSource::Said);
    let tap = call.done(tap);
    waits_for_him(&mut call);
    // Once the caller is gone, it waits again.
    call.unbridge();
    call.say(800);
    call.run(300);
    assert_eq!(call.port.writer.waiting(), 800);
    drop(tap);
    call.end();
}
