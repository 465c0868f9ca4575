//! What A says is what B hears: through the handle, on virtual time, in a bridge and in a conference.

mod support;

use media_core::MediaSessionHandle;
use media_core::codec::Law;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::{Party, VirtualEngine};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::SampleRate;
use std::time::Duration;
use support::speech::{correlation, voice};

fn format(law: Law) -> AudioFormat {
    if law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() }
}

fn call(engine: &mut VirtualEngine, number: u16, law: Law) -> (MediaSessionHandle, Party) {
    let address = format!("10.0.0.{number}:4000").parse().unwrap();
    let params = MediaSessionParams::new(format(law)).remote(address);
    let pending = engine.handle().create_media_session(&*format!("dialog-{number}"), params);
    let session = engine.complete(pending).unwrap();
    let party = Party::new(address, session.local_address().unwrap(), law, 0x1000 + u32::from(number));
    (session, party)
}

fn talk(engine: &mut VirtualEngine, parties: &mut [Party], voices: &[Vec<f32>], seconds: u64) {
    for _ in 0..seconds * 100 {
        let now = engine.now();
        for (party, voice) in parties.iter_mut().zip(voices) {
            party.step(&mut engine.network, now, voice);
        }
        engine.tick();
    }
}

fn engine(workers: usize) -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().workers(workers), 7).unwrap()
}

/// How much of what was `said` is in what was `heard`, over the last half second but one: by then the jitter buffer has
/// settled, and no longer changes the delay within the window.
fn likeness(said: &[f32], heard: &[f32]) -> f32 {
    let end = said.len().min(heard.len());
    let window = &said[end - 8_000..end - 4_000];
    correlation(window, &heard[end - 10_000..end], 4_000).0
}

#[test]
fn a_bridge_of_two_laws_carries_both_ways() {
    for workers in [1, 3] {
        let mut engine = engine(workers);
        let (a, party_a) = call(&mut engine, 1, Law::Mu);
        let (b, party_b) = call(&mut engine, 2, Law::A);
        let pending = engine.handle().bridge(&a, &b);
        engine.complete(pending).unwrap();
        let voices = [voice(1, 5.0), voice(2, 5.0)];
        let mut parties = [party_a, party_b];
        talk(&mut engine, &mut parties, &voices, 5);
        let ab = likeness(&voices[0], &parties[1].heard());
        let ba = likeness(&voices[1], &parties[0].heard());
        let aa = likeness(&voices[0], &parties[0].heard());
        assert!(ab > 0.99 && ba > 0.99, "{workers} workers: {ab} {ba}");
        assert!(aa < 0.3, "A hears itself: {aa}");
        assert!(engine.stop());
    }
}

#[test]
fn ticks_of_20_ms_conceal_nothing_whatever_the_phase_of_arrival() {
    for delay_ms in [1, 6, 11, 16] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().tick_ms(20u32), 7).unwrap();
        let (a, party_a) = call(&mut engine, 1, Law::Mu);
        let (b, party_b) = call(&mut engine, 2, Law::A);
        let pending = engine.handle().bridge(&a, &b);
        engine.complete(pending).unwrap();
        engine.network.impairment.delay = Duration::from_millis(delay_ms);
        engine.network.impairment.jitter = Duration::from_millis(3);
        talk(&mut engine, &mut [party_a, party_b], &[voice(1, 10.0), voice(2, 10.0)], 5);
        let pending = a.statistics();
        let statistics = engine.complete(pending).unwrap();
        assert!(statistics.concealed_blocks <= 3, "{delay_ms} ms: {statistics}");
        assert!(engine.stop());
    }
}

#[test]
fn a_conference_carries_the_others_and_not_oneself() {
    for workers in [1, 3] {
        let mut engine = engine(workers);
        let mut sessions = Vec::new();
        let mut parties = Vec::new();
        for (number, law) in [(1, Law::Mu), (2, Law::A), (3, Law::Mu)] {
            let (session, party) = call(&mut engine, number, law);
            sessions.push(session);
            parties.push(party);
        }
        let pending = engine.handle().create_conference(SampleRate::Hz8000);
        let room = engine.complete(pending).unwrap();
        for session in &sessions {
            let pending = room.join(session);
            engine.complete(pending).unwrap();
        }
        let voices = [voice(1, 5.0), voice(2, 5.0), voice(3, 5.0)];
        talk(&mut engine, &mut parties, &voices, 5);
        for (hearer, party) in parties.iter().enumerate() {
            let heard = party.heard();
            for (talker, voice) in voices.iter().enumerate() {
                let c = likeness(voice, &heard);
                if talker == hearer {
                    assert!(c < 0.3, "{hearer} hears itself: {c}");
                } else {
                    assert!(c > 0.5, "{hearer} does not hear {talker}: {c}");
                }
            }
        }
        engine.run_for(Duration::from_secs(2));
        assert!(engine.stop());
    }
}
