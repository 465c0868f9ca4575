//! Who is connected gets a stream in its packet time whatever there is to hear: in bridges and conferences, with sources that
//! never say a word, are held or muted, or PCM ports that are dry. The twins: outward hold, and who is connected to nothing.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;

use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, ComfortNoiseFormat, MediaSessionParams};
use media_core::types::{Ptime, SampleRate};
use support::phone::{Phone, connect, done, pcma, pcmu};

fn engine() -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().max_sessions(8usize), 5).unwrap()
}

fn run(engine: &mut VirtualEngine, phone: &mut Phone, ms: u64) {
    for _ in 0..ms / 10 {
        engine.tick();
        phone.listen(&mut engine.network);
    }
}

/// That a stream of silence came without a gap in numbers, timestamps and time; how many packets.
fn stream(phone: &Phone, what: &str) -> usize {
    for pair in phone.got.windows(2) {
        let (one, two) = (&pair[0].header, &pair[1].header);
        assert_eq!(two.sequence.wrapping_sub(one.sequence), 1, "{what}");
        assert_eq!(two.timestamp.wrapping_sub(one.timestamp), 160, "{what}");
        assert!((19_000_000..21_000_000).contains(&pair[1].at.nanos_since(pair[0].at)), "{what}: {pair:?}");
        assert!(pair[1].payload.iter().all(|o| matches!(o, 0xd5 | 0x55 | 0xff | 0x7f)), "{what}");
    }
    phone.got.len()
}

#[test]
fn silent_sources_are_a_stream_of_silence() {
    for what in ["never sends", "held", "muted", "same codec", "dry port", "alone in a room", "silent room"] {
        let mut engine = engine();
        let (b, mut two) = pcma(&mut engine, 2);
        let handle = engine.handle().clone();
        let source = match what {
            "dry port" => {
                let pending = handle.create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
                done(&mut engine, pending)
            }
            "same codec" => pcma(&mut engine, 1).0,
            _ => pcmu(&mut engine, 1).0,
        };
        match what {
            "held" => done(&mut engine, source.hold_inward()),
            "muted" => done(&mut engine, source.mute()),
            _ => {}
        }
        if what.contains("room") {
            let room = done(&mut engine, handle.create_conference(SampleRate::Hz16000));
            done(&mut engine, room.join(&b));
            if what == "silent room" {
                done(&mut engine, room.join(&source));
            }
        } else {
            done(&mut engine, handle.bridge(&source, &b));
        }
        run(&mut engine, &mut two, 2_000);
        let packets = stream(&two, what);
        assert!((85..=102).contains(&packets), "{what}: {packets}");
        // Twins: on outward hold nothing is sent, and nothing to who is connected to nothing.
        done(&mut engine, b.hold_outward());
        run(&mut engine, &mut two, 30);
        two.got.clear();
        run(&mut engine, &mut two, 500);
        assert_eq!(two.got, [], "{what}: held outward");
    }
    let mut engine = engine();
    let (_b, mut two) = pcma(&mut engine, 2);
    run(&mut engine, &mut two, 1_000);
    assert_eq!(two.got, [], "connected to nothing");
}

/// Where the peer takes comfort noise, it gets that in place of silence, in its packet time, until something is said. The twin
/// is the test above: it did not negotiate any.
#[test]
fn who_takes_comfort_noise_gets_it_where_nothing_is_said() {
    for what in ["never sends", "held", "same codec", "dry port", "alone in a room", "silent room", "long packets"] {
        let mut engine = engine();
        let ptime = Ptime::from_ms(if what == "long packets" { 60 } else { 20 }).unwrap();
        let params =
            MediaSessionParams::new(AudioFormat::pcma()).comfort_noise(ComfortNoiseFormat::new(13)).ptime(ptime);
        let (b, mut two) = connect(&mut engine, 2, params);
        let handle = engine.handle().clone();
        let (source, mut one) = match what {
            "same codec" => pcma(&mut engine, 1),
            _ => pcmu(&mut engine, 1),
        };
        let pending = handle.create_media_session("bot", MediaSessionParams::pcm(SampleRate::Hz8000));
        let bot = done(&mut engine, pending);
        if what == "held" {
            done(&mut engine, source.hold_inward());
        }
        if what.contains("room") {
            let room = done(&mut engine, handle.create_conference(SampleRate::Hz16000));
            done(&mut engine, room.join(&b));
            if what == "silent room" {
                done(&mut engine, room.join(&source));
            }
        } else {
            let source = if what == "dry port" { &bot } else { &source };
            done(&mut engine, handle.bridge(source, &b));
        }
        run(&mut engine, &mut two, 2_000);
        let expected = 2_000 / ptime.ms() as usize;
        let packets = two.got.len();
        assert!((expected * 85 / 100..=expected + 2).contains(&packets), "{what}: {packets}");
        for pair in two.got.windows(2) {
            let (before, packet) = (&pair[0].header, &pair[1].header);
            assert_eq!((packet.payload_type, packet.marker, &pair[1].payload[..]), (13, false, &[70][..]), "{what}");
            assert_eq!(packet.sequence.wrapping_sub(before.sequence), 1, "{what}");
            assert_eq!(packet.timestamp.wrapping_sub(before.timestamp), 8 * ptime.ms(), "{what}");
        }
        if !matches!(what, "never sends" | "same codec" | "silent room") {
            continue;
        }
        two.got.clear();
        for _ in 0..50 {
            let now = engine.now();
            one.send(&mut engine.network, now, &[0x10; 160]);
            run(&mut engine, &mut two, 20);
        }
        let spoken = two.got.iter().skip_while(|packet| packet.header.payload_type == 13).collect::<Vec<_>>();
        assert!(spoken.len() > 44 && spoken[0].header.marker, "{what}: {}", spoken.len());
        assert!(
            spoken.iter().all(|packet| packet.header.payload_type == 8),
            "{what}: and nothing else while it speaks"
        );
    }
}
