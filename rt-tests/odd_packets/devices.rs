//! Pure: headers, padding and lengths as devices send them, in calls.

use super::support::bent::{Call, Shot, Source, WAYS, missed, places};
use super::support::phone::{Phone, address, done, pcmu};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::rtp;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams};
use media_core::types::{Ptime, SampleRate};

/// The packet with `octets` of padding, the last of which says `count`.
fn padded(shot: &Shot, octets: usize, count: u8) -> Vec<u8> {
    let mut datagram = vec![0; 12 + shot.payload.len()];
    rtp::write(&shot.header, &shot.payload, &mut datagram).unwrap();
    datagram[0] |= 0x20;
    datagram.resize(datagram.len() + octets, 0);
    if octets > 0 {
        *datagram.last_mut().unwrap() = count;
    }
    datagram
}

/// The packet with 15 contributing sources and an extension of 8 octets.
fn laden(shot: &Shot) -> Vec<u8> {
    let mut datagram = vec![0; 12 + shot.payload.len()];
    rtp::write(&shot.header, &shot.payload, &mut datagram).unwrap();
    datagram[0] |= 0x1f;
    let mut extras = vec![7; 60];
    extras.extend([0xbe, 0xde, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
    datagram.splice(12..12, extras);
    datagram
}

#[test]
fn padding_sources_and_extensions_are_passed_over() {
    type Write = fn(usize, &Shot) -> Vec<u8>;
    let writers: [(&str, Write); 4] = [
        ("4 octets of padding", |_, shot| padded(shot, 4, 4)),
        ("a count of 0, as devices send it", |_, shot| padded(shot, 1, 0)),
        ("sources and an extension", |_, shot| laden(shot)),
        ("each fifth is padding only", |n, shot| match n % 5 {
            4 => padded(&Shot { payload: Vec::new(), ..shot.clone() }, 160, 160),
            _ => padded(shot, 4, 4),
        }),
    ];
    for way in WAYS {
        for (what, write) in writers {
            let mut call = Call::new(way);
            let mut source = Source::new(7);
            let mut shots = Vec::new();
            for n in 0..200 {
                let before = source.clone();
                let mut shot = source.packet(160);
                if what.contains("only") && n % 5 == 4 {
                    // It uses a number up, and no time.
                    let number = source.next.sequence;
                    source = before;
                    source.next.sequence = number;
                    shot.payload.clear();
                }
                shots.push(shot);
            }
            let start = call.engine.now();
            let to = call.phones[0].peer;
            for (n, shot) in shots.iter().enumerate() {
                let at = start + std::time::Duration::from_secs_f64(shot.ms / 1e3);
                call.engine.network.send(address(1), to, &write(n, shot), at);
            }
            call.play(&[], 4_500.0);
            shots.retain(|shot| !shot.payload.is_empty());
            let places = places(&shots, &call.heard());
            let statistics = call.statistics();
            assert_eq!((missed(&places), statistics.lost), (0, 0), "{what} {way:?}: {statistics}");
            assert!(statistics.concealed_blocks <= 2, "{what} {way:?}: {statistics}");
            let steps = call.phones[1].got.windows(2).map(|w| w[1].header.sequence.wrapping_sub(w[0].header.sequence));
            assert!(steps.into_iter().all(|step| step == 1), "{what} {way:?}: no gap is sent on");
        }
    }
}

#[test]
fn linear_sound_at_48_khz_is_taken_in_packets_of_20_ms() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 5).unwrap();
    let events = engine.handle().subscribe();
    let params = MediaSessionParams::new(AudioFormat::l16(SampleRate::Hz48000).unwrap());
    let pending = engine.handle().create_media_session("a", params.ptime(Ptime::from_ms(10).unwrap()));
    let a = done(&mut engine, pending);
    let (b, mut phone) = pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    let mut sent = Phone::new(1, &a, 120);
    for _ in 0..100 {
        let now = engine.now();
        let header = sent.next;
        sent.post(&mut engine.network, now, header, &[0x11; 1_920]);
        sent.next.sequence = sent.next.sequence.wrapping_add(1);
        sent.next.timestamp = sent.next.timestamp.wrapping_add(960);
        engine.tick();
        engine.tick();
        phone.listen(&mut engine.network);
    }
    let statistics = done(&mut engine, a.statistics());
    assert!(statistics.played_packets >= 98 && statistics.lost + statistics.concealed_blocks <= 2, "{statistics}");
    assert!(phone.got.iter().filter(|packet| packet.payload.iter().all(|octet| *octet < 0xf0)).count() > 90);
    assert!(!std::iter::from_fn(|| events.try_next()).any(|event| matches!(event.kind, EventKind::Unplayable(_))));
}
