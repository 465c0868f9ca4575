//! A verb that answers with an error has changed nothing; and a hold by verb outlives a session refresh.

mod support;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::error::EngineError;
use media_core::processing::audio::vad::VadParams;
use media_core::processing::chain::ProcessingParams;
use media_core::processing::effects::CompressorParams;
use media_core::session::{AudioFormat, Direction, MediaSessionParams, RelayFormat, RelayParams};
use media_core::types::{EngineThread, Ptime, StreamId};
use media_core::{Error, MediaSessionHandle};
use support::phone::{Phone, bridged, connect, done};

fn long() -> Ptime {
    Ptime::from_ms(40).unwrap()
}

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().max_relays(3usize), 5).unwrap()
}

fn talk(engine: &mut VirtualEngine, phones: &mut [Phone], ticks: usize) {
    for n in 0..ticks {
        let now = engine.now();
        for phone in phones.iter_mut().filter(|_| n % 2 == 0) {
            phone.send(&mut engine.network, now, &[0x90; 160]);
        }
        engine.tick();
        phones.iter_mut().for_each(|phone| phone.listen(&mut engine.network));
    }
}

fn video() -> RelayParams {
    RelayParams::rtp([RelayFormat::new(&media_core::codec::CodecManager::default().supported_video_codecs()[0].format)])
}

fn base() -> MediaSessionParams {
    MediaSessionParams::new(AudioFormat::pcmu()).relay(video())
}

/// What can be seen of a session.
fn seen(engine: &mut VirtualEngine, session: &MediaSessionHandle) -> String {
    let (state, relays, processing) = (session.state(), session.relays(), session.processing());
    let (state, relays) = (done(engine, state), done(engine, relays));
    format!("{state:?} {relays:?} {:?}", done(engine, processing))
}

#[test]
fn an_update_that_is_refused_changes_nothing() {
    let mut engine = engine();
    let (a, b, mut phones) = bridged(&mut engine, base());
    talk(&mut engine, &mut phones, 40);
    let before = seen(&mut engine, &a);
    // Everything else of it is another: formats, packet time, direction, remote address, streams.
    let other = MediaSessionParams::new(AudioFormat::pcma())
        .ptime(long())
        .direction(Direction::Inactive)
        .remote(([10, 9, 9, 9], 9).into());
    let mut bad_stage = other.clone().relay(video()).relay(video());
    bad_stage.processing.compressor = CompressorParams::default().ratio(0.1).into();
    let mut bad_relays = other.clone();
    bad_relays.processing.compressor = CompressorParams::default().into();
    for _ in 0..5 {
        bad_relays = bad_relays.relay(video());
    }
    let mut bad_stage_alone = base().ptime(long());
    bad_stage_alone.processing.outward_compressor = CompressorParams::default().ratio(0.1).into();
    for (what, params) in [("stage", bad_stage), ("relays", bad_relays), ("outward stage", bad_stage_alone)] {
        let refused = engine.complete(a.update(params)).expect_err(what);
        assert!(matches!(refused, Error::Processing(_) | Error::Session(_)), "{what}: {refused}");
        phones.iter_mut().for_each(|phone| phone.got.clear());
        talk(&mut engine, &mut phones, 40);
        for phone in &phones {
            assert!(phone.got.len() >= 19, "{what}: {} packets", phone.got.len());
            let as_before = |p: &support::phone::Packet| p.header.payload_type == 0 && p.payload == [0x90; 160];
            assert!(phone.got.iter().all(as_before), "{what}: the stream is as before");
        }
        assert_eq!(seen(&mut engine, &a), before, "{what}");
    }
    // No port was kept: all three streams are still to be had.
    done(&mut engine, b.update(base().relay(video())));
    let refused = engine.complete(a.set_processing({
        let mut stages = media_core::processing::chain::ProcessingParams::default();
        stages.compressor = CompressorParams::default().ratio(0.1).into();
        stages
    }));
    assert!(refused.is_err());
    assert_eq!(
        seen(&mut engine, &a).split_once("ProcessingParams").unwrap().1,
        before.split_once("ProcessingParams").unwrap().1
    );
    assert!(engine.stop());
}

fn holds(engine: &mut VirtualEngine, session: &MediaSessionHandle) -> (bool, bool) {
    let state = done(engine, session.state());
    (state.held_inward, state.held_outward)
}

#[test]
fn a_hold_by_verb_and_one_by_parameters_stand_beside_each_other() {
    let mut engine = engine();
    let (a, _, mut phones) = bridged(&mut engine, base());
    talk(&mut engine, &mut phones, 20);
    let passes = |engine: &mut VirtualEngine, phones: &mut [Phone; 2]| {
        talk(engine, phones, 10);
        phones.iter_mut().for_each(|phone| phone.got.clear());
        talk(engine, phones, 40);
        // Who is connected gets a stream; of a held source it is silence.
        let sounds = |phone: &Phone| {
            let loud = |o: &u8| o & 0x7f < 0x70;
            phone.got.iter().filter(|p| p.payload.iter().any(loud)).count() > 5
        };
        (sounds(&phones[1]), sounds(&phones[0]))
    };
    let same = base().remote(support::phone::address(1));
    done(&mut engine, a.hold_inward());
    done(&mut engine, a.hold_outward());
    for params in [same.clone(), same.clone().ptime(long())] {
        done(&mut engine, a.update(params));
        assert_eq!((holds(&mut engine, &a), passes(&mut engine, &mut phones)), ((true, true), (false, false)));
    }
    done(&mut engine, a.resume_inward());
    done(&mut engine, a.resume_outward());
    assert_eq!((holds(&mut engine, &a), passes(&mut engine, &mut phones)), ((false, false), (true, true)));
    // The peer's hold is not ended by ours.
    done(&mut engine, a.update(same.clone().direction(Direction::SendOnly)));
    done(&mut engine, a.resume_inward());
    assert_eq!((holds(&mut engine, &a), passes(&mut engine, &mut phones)), ((true, false), (false, true)));
    done(&mut engine, a.hold_outward());
    done(&mut engine, a.update(same.clone()));
    assert_eq!((holds(&mut engine, &a), passes(&mut engine, &mut phones)), ((false, true), (true, false)));
    done(&mut engine, a.resume_outward());
    assert_eq!(holds(&mut engine, &a), (false, false));
    // Both ways at once.
    let ways = [
        (Direction::Inactive, (true, true), (false, false)),
        (Direction::SendOnly, (true, false), (false, true)),
        (Direction::ReceiveOnly, (false, true), (true, false)),
        (Direction::SendReceive, (false, false), (true, true)),
    ];
    for (direction, held, sounds) in ways {
        done(&mut engine, a.set_direction(direction));
        done(&mut engine, a.update(same.clone()));
        assert_eq!((holds(&mut engine, &a), passes(&mut engine, &mut phones)), (held, sounds), "{direction:?}");
    }
    assert!(engine.stop());
}

#[test]
fn a_relay_stream_held_by_verb_stays_held_over_a_refresh() {
    let mut engine = engine();
    let (a, _) = connect(&mut engine, 1, base());
    let direction = |engine: &mut VirtualEngine| done(engine, a.relays())[0].direction;
    done(&mut engine, a.set_relay_direction(StreamId(1), Direction::Inactive));
    let same = base().remote(support::phone::address(1));
    done(&mut engine, a.update(same.clone()));
    assert_eq!(direction(&mut engine), Direction::Inactive);
    let mut held = same.clone();
    held.relays[0].direction = Direction::SendOnly;
    done(&mut engine, a.update(held));
    assert_eq!(direction(&mut engine), Direction::Inactive);
    done(&mut engine, a.set_relay_direction(StreamId(1), Direction::SendReceive));
    assert_eq!(direction(&mut engine), Direction::SendOnly, "the peer holds still");
    done(&mut engine, a.update(same));
    assert_eq!(direction(&mut engine), Direction::SendReceive);
    assert!(engine.stop());
}

/// What an I/O thread that hangs does not take would wait for it without end: it is refused, and changes nothing.
#[test]
fn streams_of_a_thread_that_hangs_are_not_changed() {
    let mut engine = engine();
    let (a, _, _) = bridged(&mut engine, base());
    (0..20).for_each(|_| engine.tick());
    let before = seen(&mut engine, &a);
    engine.hold_io(0, true);
    (0..400).for_each(|_| engine.tick());
    let elsewhere = ([10, 9, 9, 9], 9).into();
    let refused = [
        ("direction", a.set_relay_direction(StreamId(1), Direction::Inactive)),
        ("remote", a.set_relay_remote(StreamId(1), elsewhere)),
        ("streams", a.update(base().relay(video()))),
    ];
    for (what, pending) in refused {
        let answer = engine.complete(pending);
        let hangs = EngineError::ThreadStalled(EngineThread::Io(0));
        assert_eq!(answer, Err(Error::Engine(hangs)), "{what}");
    }
    engine.hold_io(0, false);
    (0..100).for_each(|_| engine.tick());
    assert_eq!(seen(&mut engine, &a), before);
}

#[test]
fn a_voice_decision_out_of_range_is_refused() {
    let mut engine = engine();
    let (a, _, _) = bridged(&mut engine, MediaSessionParams::new(AudioFormat::pcmu()));
    for (field, on, off) in [("voice.on", 2.0, 0.3), ("voice.on", f32::NAN, 0.3), ("voice.off", 0.5, 0.6)] {
        let mut params = ProcessingParams::default();
        params.vad = VadParams::default().into();
        (params.voice.on, params.voice.off) = (on, off);
        let pending = a.set_processing(params);
        let refused = engine.complete(pending).map_err(|error| error.to_string()).unwrap_err();
        assert!(refused.contains(field), "{on} and {off}: {refused}");
    }
}
