//! Barge-in where its user meets it: an agent of samples and a phone that echoes, bridged, on virtual time.

mod support;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::processing::{BargeInEvent, BargeInParams, ProcessingParams};
use media_core::session::EventKind;
use media_core::{MediaEngineConfig, MediaSessionParams, SampleRate};
use support::party::party;
use support::speech::voice;

const RATE: usize = 8_000;

/// What the phone's session is told, each with the time in ms since the beginning. An agent, a session of samples at 16 kHz,
/// speaks to a phone that returns it 60 ms later 12 dB down, and on which somebody says `said` from that sample on.
fn call(barge_in: Option<BargeInParams>, seconds: usize, said: &[f32], from: usize) -> Vec<(u64, BargeInEvent)> {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7).unwrap();
    let (session, mut phone) = party(&mut engine, 1);
    let agent = engine.handle().create_media_session("agent", MediaSessionParams::pcm(SampleRate::Hz16000));
    let agent = engine.complete(agent).unwrap();
    let (mut writer, _reader) = agent.take_pcm().unwrap();
    let pending = engine.handle().bridge(&agent, &session);
    engine.complete(pending).unwrap();
    let events = engine.handle().subscribe();
    let mut params = ProcessingParams::default();
    params.barge_in = barge_in;
    let pending = session.set_processing(params);
    engine.complete(pending).unwrap();
    // Each sample four times: as good a voice as any.
    let speech: Vec<f32> = voice(1, seconds as f32 / 2.0).iter().flat_map(|sample| [*sample; 4]).collect();
    let begin = engine.now().as_nanos() / 1_000_000;
    for block in speech.chunks_exact(160).take(seconds * 100) {
        writer.write(block);
        let now = engine.now();
        phone.listen(&mut engine.network);
        let (at, heard) = (phone.said(), phone.heard());
        let mut speech = vec![0.0; at];
        speech.extend((at..at + 160).map(|n| {
            let echo = n.checked_sub(480).and_then(|n| heard.get(n)).copied().unwrap_or(0.0);
            0.25 * echo + n.checked_sub(from).and_then(|n| said.get(n)).copied().unwrap_or(0.0)
        }));
        phone.speak(&mut engine.network, now, &speech);
        engine.tick();
    }
    let mut speech = Vec::new();
    while let Some(event) = events.try_next() {
        if let EventKind::Speech(found) = event.kind {
            assert_eq!(event.session.as_ref().map(|(id, _)| *id), Some(session.id()));
            speech.push((event.at.as_nanos() / 1_000_000 - begin, found));
        }
    }
    assert!(engine.stop());
    speech
}

#[test]
fn an_agent_is_not_interrupted_by_itself_but_by_the_caller() {
    let quiet = call(Some(BargeInParams::default()), 12, &[], 0);
    assert_eq!(quiet, [], "its own voice comes back, and nobody speaks");
    let said: Vec<f32> = voice(3, 1.0).iter().map(|sample| 3.0 * sample).collect();
    let interrupted = call(Some(BargeInParams::default()), 10, &said, 6 * RATE);
    let first = interrupted.iter().find(|(_, event)| matches!(event, BargeInEvent::Interruption { .. }));
    // 120 ms, and what packets, jitter buffer and the tick in which it is told add.
    assert!(first.is_some_and(|(at, _)| (6_000..6_240).contains(at)), "{:?}", interrupted);
    let last = interrupted.last().map(|(_, event)| *event);
    assert!(matches!(last, Some(BargeInEvent::TurnEnded { .. })), "{:?}", interrupted);
    assert_eq!(call(None, 10, &said, 6 * RATE), [], "without the stage nothing is told");
}
