//! A caller who cuts in: what was being said ends at a sample that is told, and nothing of it comes through afterwards.

use super::*;
use media_core::codec::audio::dtmf::{EventClock, EventSender, TelephoneEvent};
use media_core::rtp::RtpHeader;
use media_core::session::TelephoneEventFormat;
use media_core::{AgentWriteError, InterruptCause};

const EVENTS: u8 = 101;

fn call(by_digit: bool) -> Call {
    let events = TelephoneEventFormat::new(EVENTS, 8_000);
    let caller = MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(events);
    let params = AgentParams::new(SampleRate::Hz8000).interrupted_by_digit(by_digit);
    let mut call = Call::calling(params, caller);
    call.bridge();
    call
}

/// The phone presses 5 for 100 ms.
fn press(call: &mut Call) {
    call.phone.press(&mut call.engine, '5', EVENTS);
    call.run(0);
}

fn interrupted(call: &Call) -> Option<(usize, u64)> {
    call.told.iter().find_map(|event| match event.kind {
        AgentEventKind::Interrupted { cause: InterruptCause::Digit, forgotten } => {
            Some((event.position.sample as usize, forgotten))
        }
        _ => None,
    })
}

#[test]
fn a_key_interrupts_where_it_is_to_and_is_told_in_any_case() {
    let _alone = alone();
    for by_digit in [true, false] {
        let mut call = call(by_digit);
        call.say(16_000);
        call.port.writer.mark(1).unwrap();
        call.run(500);
        press(&mut call);
        call.run(300);
        assert!(call.told.iter().any(|event| event.kind == AgentEventKind::DigitBegan('5')));
        if !by_digit {
            assert_eq!((interrupted(&call), call.port.writer.is_interrupted()), (None, false));
            call.run(2_000);
            assert!(call.found(0..16_000).is_some());
            continue;
        }
        let (at, forgotten) = interrupted(&call).unwrap();
        assert_eq!(at as u64 + forgotten, 16_000);
        assert!((3_840..4_640).contains(&at), "{at}: within two blocks of the first packet");
        assert!(call.found(0..at).is_some() && call.found(at..at + 8).is_none());
        assert!(call.told.iter().any(|event| event.kind == AgentEventKind::MarkForgotten(1)));
        // Until the agent knows, nothing of its old speech gets through.
        let refused = AgentWriteError::Interrupted(call.port.writer.position());
        assert!(call.port.writer.is_interrupted());
        assert_eq!(call.port.writer.write(&[0.5; 160]), Err(refused));
        assert_eq!((call.port.writer.mark(2), call.port.writer.finish()), (Err(refused), Err(refused)));
        call.port.writer.begin_turn();
        call.say(4_000);
        call.run(700);
        assert!(call.found(16_000..20_000).is_some(), "new speech, from its first sample");
        let flushed = call.told.iter().filter(|event| matches!(event.kind, AgentEventKind::Flushed { .. })).count();
        assert_eq!((flushed, call.port.writer.statistics().forgotten), (0, forgotten));
        call.end();
    }
}

#[test]
fn what_is_written_before_the_agent_knows_is_never_heard() {
    let _alone = alone();
    let mut call = call(true);
    // Speech as it is made, a block at a time, until it is refused; the event is read by nobody meanwhile.
    let mut at = 0;
    call.say(1_600);
    for n in 0..40 {
        if n == 20 {
            press(&mut call);
        }
        let said = noise(160, call.said.len() as u64 + 1);
        match call.port.writer.write(&said) {
            Ok(_) => call.said.extend(said),
            Err(AgentWriteError::Interrupted(position)) => at = position.sample as usize,
            Err(error) => panic!("{error}"),
        }
        call.engine.run_for(Duration::from_millis(20));
    }
    let old = call.said.len();
    let flush = call.port.writer.flush();
    call.say(4_000);
    call.run(800);
    assert!(at > 0 && call.found(0..at).is_some() && call.found(at..at + 8).is_none());
    assert!(call.found(old..old + 4_000).is_some());
    let kinds: Vec<_> = call.kinds().into_iter().map(|(_, kind)| kind).collect();
    let flushed =
        |kind: &AgentEventKind| matches!(kind, AgentEventKind::Flushed { flush: number, .. } if *number == flush);
    assert!(interrupted(&call).is_some() && kinds.iter().any(flushed), "{kinds:?}");
    assert_eq!(call.port.writer.statistics().forgotten as usize, old - at);
    call.end();
}

#[test]
fn an_agent_that_says_nothing_is_not_interrupted() {
    let _alone = alone();
    let mut call = call(true);
    call.say(800);
    call.port.writer.finish().unwrap();
    call.run(500);
    press(&mut call);
    assert_eq!((interrupted(&call), call.port.writer.is_interrupted()), (None, false));
    call.say(800);
    call.run(300);
    assert!(call.found(800..1_600).is_some());
    call.end();
}

/// The flush before the tick of the key, or the one behind it.
#[test]
fn a_flush_in_the_tick_of_an_interruption_is_answered_as_well() {
    for pressed in [0, 10] {
        flushed_in_every_tick(pressed);
    }
}

fn flushed_in_every_tick(pressed: u32) {
    let _alone = alone();
    let mut call = call(true);
    let mut sender = EventSender::new(EventClock::new(8_000), 20);
    sender.send(TelephoneEvent::from_char('5').unwrap(), 100, 10).unwrap();
    let begun = call.phone.next.timestamp;
    let mut flushes = Vec::new();
    for n in 0..40 {
        if n % 2 == 0
            && n >= pressed
            && let Some(packet) = sender.poll(begun + 80 * n)
        {
            let header = RtpHeader {
                timestamp: packet.timestamp,
                marker: packet.marker,
                payload_type: EVENTS,
                ..call.phone.next
            };
            let now = call.engine.now();
            call.phone.post(&mut call.engine.network, now, header, &packet.payload);
            call.phone.next.sequence += 1;
        }
        // A flush in every tick, so that one of them is the key's.
        call.port.writer.write(&[0.1; 400]).unwrap();
        call.run(10);
        let _ = call.port.writer.write(&[0.1; 400]);
        flushes.push(call.port.writer.flush());
    }
    call.run(20);
    let flushed = call.told.iter().filter_map(|event| match event.kind {
        AgentEventKind::Flushed { flush, .. } => Some(flush),
        _ => None,
    });
    assert_eq!(flushed.collect::<Vec<_>>(), flushes);
    assert!(interrupted(&call).is_some());
    call.end();
}
