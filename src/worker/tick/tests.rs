//! Pure: each phase of the tick is measured where its work is.

use crate::config::MediaEngineConfig;
use crate::engine::virtual_engine::VirtualEngine;
use crate::rtp::RtpHeader;
use crate::session::{AudioFormat, MediaSessionParams, Transport};
use crate::telemetry::{Phase, PhaseMeter};
use crate::types::{Gain, SampleRate};
use crate::worker::planted;

/// Three parties in a room and two in a bridge, all speaking; one is asked for something in each tick. One that is connected to
/// nobody is sent digits as tones.
#[test]
fn time_that_is_planted_in_a_phase_is_found_under_its_name() {
    let config = MediaEngineConfig::default().tick_ms(20u32).max_sessions(8usize).io_threads(0usize);
    let mut engine = VirtualEngine::new(config, 1).unwrap();
    let pending = engine.handle().rtp_bridge();
    let mut port = engine.complete(pending).unwrap();
    let mut sessions = Vec::new();
    macro_rules! done {
        ($pending:expr) => {{
            let mut pending = $pending;
            loop {
                engine.tick();
                port.take_orders();
                if let Some(answer) = pending.poll_now() {
                    break answer.unwrap();
                }
            }
        }};
    }
    for dialog in ["a", "b", "c", "d", "e", "f"] {
        let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(port.port()));
        sessions.push(done!(engine.handle().create_media_session(dialog, params)));
    }
    let room = done!(engine.handle().create_conference(SampleRate::Hz8000));
    for session in &sessions[..3] {
        done!(room.join(session));
    }
    done!(engine.handle().bridge(&sessions[3], &sessions[4]));
    done!(sessions[5].send_digits("123456789", 900));
    let mut header = RtpHeader { marker: false, payload_type: 0, sequence: 0, timestamp: 0, ssrc: 7 };
    for phase in Phase::ALL {
        let mut spent = [0; Phase::COUNT];
        for _ in 0..20 {
            for session in &sessions[..5] {
                port.receive_parsed(session.id(), &header, &[0x55; 160], engine.now()).unwrap();
            }
            header = RtpHeader { sequence: header.sequence + 1, timestamp: header.timestamp + 160, ..header };
            drop(sessions[0].set_gain(Gain::linear(1.0).unwrap()));
            engine.control();
            planted::plant(engine.now(), phase, 1_000);
            *engine.meter(0) = PhaseMeter::clocked(planted::clock);
            engine.run_workers();
            spent.iter_mut().zip(engine.meter(0).phases_ns()).for_each(|(sum, ns)| *sum += ns);
            while port.poll_parsed().is_some() {}
            engine.advance(2);
        }
        for other in Phase::ALL {
            let ns = spent[other.index()];
            assert_eq!(ns > 0, other == phase, "planted in {phase:?}: {ns} ns are in {other:?}");
        }
    }
}
