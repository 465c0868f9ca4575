//! How far audio comes: each stage, planted, is the answer, and none is where it flows.

use super::*;
use media_core::SampleRate;
use media_core::quality::{AudioStage, OneWay};
use media_core::rtp::RtpHeader;

fn ways(call: &mut Call) -> OneWay {
    let pending = call.session.one_way();
    call.ask(pending)
}

#[test]
fn it_flows_and_ends_at_whatever_stage_is_closed() {
    let mut call = Call::usual();
    call.run(4_000);
    assert!(ways(&mut call).is_well());
    let pending = call.session.mute();
    call.ask(pending);
    assert_eq!(ways(&mut call).inward, AudioStage::Muted);
    let pending = call.session.unmute();
    call.ask(pending);
    let pending = call.session.hold_inward();
    call.ask(pending);
    assert_eq!((ways(&mut call).inward, ways(&mut call).outward), (AudioStage::Held, AudioStage::Flows));
    let pending = call.session.resume_inward();
    call.ask(pending);
    let pending = call.session.hold_outward();
    call.ask(pending);
    assert_eq!((ways(&mut call).inward, ways(&mut call).outward), (AudioStage::Flows, AudioStage::Held));
    let pending = call.session.resume_outward();
    call.ask(pending);
    let pending = call.engine.handle().unbridge(&call.session);
    call.ask(pending);
    assert_eq!((ways(&mut call).inward, ways(&mut call).outward), (AudioStage::NotRouted, AudioStage::NotRouted));
    let pending = call.session.play(media_core::Prompt::samples(vec![0.1; 80_000], 8_000));
    call.ask(pending);
    assert_eq!((ways(&mut call).inward, ways(&mut call).outward), (AudioStage::NotRouted, AudioStage::Flows));
}

#[test]
fn a_party_that_sends_nothing_does_not_answer_either_and_is_found_again() {
    let mut call = Call::usual();
    call.run(4_000);
    call.engine.run_for(Duration::from_secs(4));
    let pending = call.session.one_way();
    let silent = done(&mut call.engine, pending);
    assert_eq!((silent.inward, silent.outward), (AudioStage::NoPackets, AudioStage::Unanswered));
    call.run(4_000);
    assert!(ways(&mut call).is_well());
}

#[test]
fn strangers_and_formats_that_nobody_agreed_on_are_told_apart() {
    let mut call = Call::usual();
    call.run(4_000);
    // Another address, with the peer silent.
    let stranger = media_core::rtp::RtpHeader { ssrc: 0x7777, ..call.phones[0].next };
    let posts = |call: &mut Call, from: std::net::SocketAddr, payload_type: u8, ssrc: u32| {
        for n in 0..200_u16 {
            let header = RtpHeader { payload_type, ssrc, sequence: n, timestamp: u32::from(n) * 160, ..stranger };
            let mut datagram = [0; 172];
            let length = media_core::rtp::write(&header, &[0xff; 160], &mut datagram).unwrap();
            let now = call.engine.now();
            call.engine.network.send(from, call.phones[0].peer, &datagram[..length], now);
            call.engine.run_for(Duration::from_millis(20));
        }
        let pending = call.session.one_way();
        done(&mut call.engine, pending).inward
    };
    let own = call.phones[0].address;
    assert_eq!(posts(&mut call, ([203, 0, 113, 5], 9_000).into(), 0, 0x7777), AudioStage::RefusedSource);
    assert_eq!(posts(&mut call, own, 111, 0x8888), AudioStage::Undecodable);
}

#[test]
fn without_an_address_nothing_is_sent() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 7).unwrap();
    let pending = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
    let a = done(&mut engine, pending);
    let (b, _phone) = connect(&mut engine, 2, fixed());
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    engine.run_for(Duration::from_secs(4));
    let pending = a.one_way();
    let ways = done(&mut engine, pending);
    assert_eq!((ways.inward, ways.outward), (AudioStage::NoPackets, AudioStage::NotSent));
    let pending = b.one_way();
    assert_eq!(done(&mut engine, pending).outward, AudioStage::Unanswered);
}

#[test]
fn a_thread_that_hangs_is_the_reason() {
    let mut call = Call::usual();
    call.run(4_000);
    let pending = call.engine.handle().sessions();
    let sessions = call.ask(pending);
    call.engine.hold_worker(sessions[0].worker.unwrap().0.into(), true);
    call.run(4_000);
    let pending = call.session.one_way();
    let ways = call.engine.complete(pending);
    assert_eq!(ways.ok().map(|ways| ways.inward), Some(AudioStage::Stopped));
}

#[test]
fn samples_that_nobody_writes_or_reads_are_the_reason() {
    let mut call = Call::usual();
    let pending = call.engine.handle().create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
    let bot = call.ask(pending);
    let (mut says, mut hears) = bot.take_pcm().unwrap();
    let pending = call.engine.handle().unbridge(&call.session);
    call.ask(pending);
    let pending = call.engine.handle().bridge(&call.session, &bot);
    call.ask(pending);
    let mut ways = |call: &mut Call, writes: bool, reads: bool| {
        let mut heard = [0.0; 160];
        for _ in 0..200 {
            if writes {
                says.write(&[0.1; 160]);
            }
            while reads && hears.read(&mut heard) > 0 {}
            call.run(20);
        }
        let pending = bot.one_way();
        let ways = call.ask(pending);
        (ways.inward, ways.outward)
    };
    assert_eq!(ways(&mut call, true, true), (AudioStage::Flows, AudioStage::Flows));
    assert_eq!(ways(&mut call, false, true), (AudioStage::NoSamples, AudioStage::Flows));
    assert_eq!(ways(&mut call, true, false), (AudioStage::Flows, AudioStage::NotRead));
    assert_eq!(ways(&mut call, false, false), (AudioStage::NoSamples, AudioStage::NotRead));
    assert_eq!(ways(&mut call, true, true), (AudioStage::Flows, AudioStage::Flows));
    let pending = bot.hold_inward();
    call.ask(pending);
    assert_eq!(ways(&mut call, true, true).0, AudioStage::Held);
}
