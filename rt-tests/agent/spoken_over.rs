//! An agent that is spoken over, by a phone that echoes it: its own voice does not interrupt it, the caller does.

use super::*;
use crate::speech_like::voice;
use media_core::processing::{BargeInEvent, BargeInParams};
use media_core::{AgentWriteError, EventKind, InterruptCause};

/// What comes back of the agent's voice: so many ms later, at that gain.
const ECHO_MS: usize = 120;
const ECHO: f32 = 0.3;

/// A call in which the agent speaks all the time, and the caller says `said` from a sample on; how many ms after that it was cut, if
/// it was.
fn call(params: AgentParams, seconds: usize, said: &[f32], from: usize) -> (Call, Option<u64>) {
    let mut call = Call::with(params);
    let speech = voice(SampleRate::Hz8000, seconds as f32, 5).samples;
    assert_eq!(call.port.writer.write(&speech), Ok(speech.len()));
    call.said = speech;
    let (mut heard, mut got, mut cut) = (Vec::new(), 0, None);
    for n in 0..seconds * 50 {
        // 20 ms of the room around the phone: an echo of what it was sent, the caller, and noise.
        let at = n * 160;
        let room: Vec<f32> = (at..at + 160)
            .map(|n| {
                let echo = n.checked_sub(ECHO_MS * 8).and_then(|n| heard.get(n)).copied().unwrap_or(0.0);
                let said = n.checked_sub(from).and_then(|n| said.get(n)).copied().unwrap_or(0.0);
                ECHO * echo + said + 0.0005 * ((n * 7_919 % 101) as f32 / 50.0 - 1.0)
            })
            .collect();
        let now = call.engine.now();
        call.phone.send(&mut call.engine.network, now, &mu_law(&room));
        call.run(20);
        heard.extend(call.phone.got[got..].iter().flat_map(|packet| linear(&packet.payload)));
        got = call.phone.got.len();
        if cut.is_none() && call.port.writer.is_interrupted() {
            cut = Some(((n + 1) * 20) as u64);
        }
    }
    let onset = from as u64 / 8;
    (call, cut.map(|cut| cut.saturating_sub(onset)))
}

fn listening() -> AgentParams {
    AgentParams::new(SampleRate::Hz8000).barge_in(Some(BargeInParams::default()))
}

/// A voice from its first word on.
pub fn caller(seconds: f32) -> Vec<f32> {
    let voice = voice(SampleRate::Hz8000, 4.0 + seconds, 23);
    let from = voice.speaks.iter().position(|speaks| *speaks).unwrap() * 80;
    voice.samples[from..from + (seconds * 8_000.0) as usize].to_vec()
}

fn heard_of_caller(call: &Call) -> Vec<AgentEventKind> {
    let of = |kind: &AgentEventKind| matches!(kind, AgentEventKind::Speech(_) | AgentEventKind::Interrupted { .. });
    call.told.iter().map(|event| event.kind).filter(of).collect()
}

#[test]
fn its_own_echo_does_not_interrupt_it() {
    let _alone = alone();
    let (call, cut) = call(listening(), 30, &[], 0);
    assert_eq!((cut, heard_of_caller(&call)), (None, vec![]));
    call.end();
}

#[test]
fn the_caller_does_and_the_sample_is_told_and_when_his_turn_is_over() {
    let _alone = alone();
    let (call, cut) = call(listening(), 14, &caller(1.5), 8 * 8_000);
    // 120 ms of the detector's, and what a packet and the jitter buffer take.
    assert!(cut.is_some_and(|ms| (20..=200).contains(&ms)), "{cut:?}");
    let heard = heard_of_caller(&call);
    assert!(matches!(heard[0], AgentEventKind::Speech(BargeInEvent::SpeechBegan { .. })), "{heard:?}");
    assert!(matches!(heard.last(), Some(AgentEventKind::Speech(BargeInEvent::TurnEnded { .. }))), "{heard:?}");
    let interrupted = call.told.iter().find_map(|event| match event.kind {
        AgentEventKind::Interrupted { cause: InterruptCause::Speech, forgotten } => {
            Some((event.position.sample as usize, forgotten as usize))
        }
        _ => None,
    });
    let (at, forgotten) = interrupted.unwrap();
    assert_eq!(at + forgotten, call.said.len());
    assert!(call.found(at - 800..at).is_some() && call.found(at..at + 16).is_none());
    call.end();
}

#[test]
fn it_may_let_him_speak_and_be_told() {
    let _alone = alone();
    let (mut call, cut) = call(listening().interrupted_by_speech(false), 14, &caller(1.5), 8 * 8_000);
    assert_eq!(cut, None);
    let told = |event: fn(&BargeInEvent) -> bool| {
        heard_of_caller(&call).iter().any(|kind| matches!(kind, AgentEventKind::Speech(found) if event(found)))
    };
    assert!(
        told(|found| matches!(found, BargeInEvent::Interruption { .. })),
        "it is for the agent to say what it means"
    );
    assert!(told(|found| matches!(found, BargeInEvent::TurnEnded { .. })));
    assert_eq!(call.port.writer.write(&[0.0]).map_err(|error| error == AgentWriteError::Closed), Ok(1));
    call.end();
}

#[test]
fn who_asks_for_no_detector_is_told_nothing_and_the_party_pays_for_none() {
    let _alone = alone();
    for asked in [false, true] {
        let params = if asked { listening() } else { AgentParams::new(SampleRate::Hz8000) };
        let (mut call, cut) = call(params, 12, &caller(1.5), 8 * 8_000);
        assert_eq!((cut.is_some(), heard_of_caller(&call).is_empty()), (asked, !asked));
        let runs = |call: &mut Call| {
            let (runs, asked) = (call.caller.processing(), call.caller.params());
            (call.done(runs).barge_in.is_some(), call.done(asked).processing.barge_in.is_some())
        };
        // As long as it is bridged to the agent, and never as its own parameter.
        assert_eq!(runs(&mut call), (asked, false));
        call.unbridge();
        assert_eq!(runs(&mut call), (false, false));
        call.bridge();
        assert_eq!(runs(&mut call), (asked, false));
        let gone = call.agent.destroy();
        call.done(gone);
        assert_eq!(runs(&mut call), (false, false));
        call.end();
    }
}

#[test]
fn subscribers_are_told_as_well() {
    let _alone = alone();
    let mut call = Call::with(listening());
    let events = call.engine.handle().subscribe();
    let said = mu_law(&caller(1.5));
    for piece in said.chunks_exact(160) {
        let now = call.engine.now();
        call.phone.send(&mut call.engine.network, now, piece);
        call.run(20);
    }
    let told = std::iter::from_fn(|| events.try_next()).any(|event| matches!(event.kind, EventKind::Speech(_)));
    assert!(told);
    call.end();
}

/// Says so much of a caller's speech, and then no packet comes: his phone sends none in pauses, or he is on hold.
fn falls_silent(held: bool) {
    let _alone = alone();
    let params = listening().barge_in(Some(BargeInParams::default().turn_pause_ms((2_000, 3_000))));
    let mut call = Call::with(params);
    let said = mu_law(&caller(1.5));
    for piece in said.chunks_exact(160) {
        let now = call.engine.now();
        call.phone.send(&mut call.engine.network, now, piece);
        call.run(20);
    }
    let ended = |kind: &AgentEventKind| matches!(kind, AgentEventKind::Speech(BargeInEvent::TurnEnded { .. }));
    let heard = heard_of_caller(&call);
    assert!(!heard.is_empty() && !heard.iter().any(ended), "{heard:?}");
    if held {
        let hold = call.caller.hold_inward();
        call.done(hold);
    }
    call.run(5_000);
    let heard = heard_of_caller(&call);
    assert!(heard.last().is_some_and(ended), "held: {held}, {heard:?}");
    call.end();
}

#[test]
fn the_turn_of_a_caller_whose_packets_cease_is_over() {
    falls_silent(false);
}

#[test]
fn the_turn_of_a_caller_who_is_put_on_hold_is_over() {
    falls_silent(true);
}
