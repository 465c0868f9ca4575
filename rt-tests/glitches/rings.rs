//! Full rings, each way.

use super::*;
use media_core::quality::GlitchSide;
use media_core::session::Transport;
use support::phone::pcmu;

/// The least ring that may be, in octets.
const RING: usize = 65_536;

#[test]
fn a_ring_to_the_media_thread_that_is_full_is_named() {
    let config = MediaEngineConfig::default().ring_octets(RING);
    let mut call = Call::of(config, fixed(), MediaSessionParams::new(AudioFormat::pcma()));
    // Another call's peer sends as many long packets at once as its own limit lets through, and some short ones behind them.
    let (_third, mut flooder) = pcmu(&mut call.engine, 3);
    let planted = call.plant(1_500, |call| {
        call.ticks += call.ticks % 2;
        let now = call.engine.now();
        (0..70).for_each(|_| flooder.send(&mut call.engine.network, now, &[0x55; 1_000]));
        (0..10).for_each(|_| flooder.send(&mut call.engine.network, now, &[0x55; 80]));
        (0..2).for_each(|_| call.tick(Fate::Sent));
    });
    let glitches = call.all().to_vec();
    // Beside it the delay is taken back that grew by the packets of the flood.
    let causes = (GlitchCause::RingFull, Some(GlitchCause::Stretched));
    let (right, unnamed, invented) = judge_beside(&planted, &glitches, causes, Duration::from_millis(200));
    assert!(right >= 99 && unnamed == 0 && invented == 0);
    let full = glitches.iter().filter(|glitch| glitch.cause == GlitchCause::RingFull);
    assert!(full.clone().all(|glitch| glitch.side == GlitchSide::Inward && glitch.length.as_millis() == 20));
}

#[test]
fn a_ring_from_the_media_thread_that_is_full_is_named() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().ring_octets(RING), 7).unwrap();
    let opened = engine.handle().rtp_bridge();
    let mut bridge = done(&mut engine, opened);
    let (_speaker, mut phone) = pcmu(&mut engine, 1);
    let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(bridge.port()));
    let created = engine.handle().create_media_session("to-a-stack", params);
    // Its port answers while ticks run.
    let mut take = |engine: &mut VirtualEngine, drain: bool| {
        engine.tick();
        bridge.take_orders();
        let mut taken = 0;
        while drain && bridge.poll_transmit().is_some() {
            taken += 1;
        }
        taken
    };
    let mut waits = |engine: &mut VirtualEngine, mut pending: Pending<MediaSessionHandle>| loop {
        take(engine, true);
        if let Some(answer) = pending.poll_now() {
            return answer.unwrap();
        }
    };
    let session = waits(&mut engine, created);
    let bridged = engine.handle().bridge(&_speaker, &session);
    done(&mut engine, bridged);
    let pcm = loud();
    let mut voice = vec![0; pcm.len()];
    G711Encoder::new(Law::Mu).encode_into(&pcm, &mut voice).unwrap();
    let (mut planted, mut all, mut at) = (Vec::new(), Vec::new(), 0);
    let mut says = |engine: &mut VirtualEngine, packets: usize, drain: bool| -> usize {
        let mut taken = 0;
        for _ in 0..packets {
            let from = at % (voice.len() - 160);
            at += 160;
            let now = engine.now();
            phone.send(&mut engine.network, now, &voice[from..from + 160]);
            taken += take(engine, drain) + take(engine, drain);
            phone.listen(&mut engine.network);
            phone.got.clear();
        }
        taken
    };
    says(&mut engine, 200, true);
    let fits = RING / 8 / (4 + 160 / 8);
    let mut random = Random(7);
    for _ in 0..TIMES {
        says(&mut engine, 50 + random.next() as usize % 10, true);
        // The stack does not ask for packets until the ring is full, and for a few more.
        says(&mut engine, fits, false);
        let from = engine.now();
        says(&mut engine, 1 + random.next() as usize % 3, false);
        planted.push(Planted { from, to: engine.now() });
        assert!(says(&mut engine, 1, true) >= fits, "all that the ring holds");
        says(&mut engine, 60, true);
        let told = session.glitches();
        for glitch in done(&mut engine, told).iter() {
            if !all.iter().any(|known: &Glitch| known.at == glitch.at) {
                all.push(*glitch);
            }
        }
    }
    named(&planted, &all, GlitchCause::OutboundRingFull);
    assert!(all.iter().all(|glitch| glitch.side == GlitchSide::Outward && glitch.length.as_millis() % 20 == 0));
}
