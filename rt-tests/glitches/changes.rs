//! What broke just before a call changed is told still: another codec, another thread.

use super::*;
use media_core::types::{SampleRate, WorkerId};

fn lost(call: &mut Call) {
    call.run(1_000);
    (0..4).for_each(|_| call.tick(Fate::Lost));
    // It is heard by now, and judged half a second later.
    call.run(200);
}

/// The session takes A-law from now on.
fn to_a_law(call: &mut Call) {
    let jitter = JitterConfig::new(8_000).strategy(JitterStrategy::Fixed(60));
    let pending = call.session.update(MediaSessionParams::new(AudioFormat::pcma()).jitter(jitter));
    call.ask(pending);
}

fn told(call: &mut Call) -> Vec<(GlitchCause, u64)> {
    let glitches = list(&call.glitches()).into_iter();
    let packets = glitches.filter(|glitch| glitch.cause != GlitchCause::CodecChanged);
    packets.map(|glitch| (glitch.cause, glitch.length.as_millis() as u64)).collect()
}

#[test]
fn a_loss_before_a_codec_change_is_told_while_the_peer_sends_the_codec_before() {
    let mut call = Call::usual();
    lost(&mut call);
    to_a_law(&mut call);
    call.run(1_000);
    assert_eq!(told(&mut call), [(GlitchCause::Lost, 40)]);
    // And what is lost while the codec before is still what comes.
    lost(&mut call);
    call.run(1_000);
    assert_eq!(told(&mut call), [(GlitchCause::Lost, 40); 2]);
}

#[test]
fn a_loss_before_a_codec_change_is_told_when_the_peer_changes_at_once() {
    let mut call = Call::usual();
    lost(&mut call);
    to_a_law(&mut call);
    G711Encoder::new(Law::A).encode_into(&call.pcm, &mut call.voice).unwrap();
    call.phones[0].next.payload_type = 8;
    call.run(1_000);
    assert_eq!(told(&mut call), [(GlitchCause::Lost, 40)]);
}

#[test]
fn a_stall_that_ends_as_the_session_moves_is_told() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(2_usize), 7).unwrap();
    let pending = engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = done(&mut engine, pending);
    let (_says, mut hears) = bot.take_pcm().unwrap();
    let mut room = [0.0; 4_000];
    let mut listen = |engine: &mut VirtualEngine| {
        for _ in 0..200 {
            engine.run_for(Duration::from_millis(10));
            while hears.read(&mut room) > 0 {}
        }
    };
    listen(&mut engine);
    // Its ring holds 200 ms.
    engine.run_for(Duration::from_millis(250));
    let before = bot.glitches();
    let before = done(&mut engine, before).count(GlitchCause::StalledReader);
    let here = bot.worker();
    let there = 1 - done(&mut engine, here).0;
    let pending = bot.move_to(WorkerId(there));
    done(&mut engine, pending);
    listen(&mut engine);
    let after = bot.glitches();
    let after = done(&mut engine, after).count(GlitchCause::StalledReader);
    assert_eq!((before, after), (0, 1));
}
