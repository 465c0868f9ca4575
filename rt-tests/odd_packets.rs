//! Packets as senders make them: any length, without payload, noise unasked, two sources at once. What came is not
//! lost, what was a pause is not concealed, and nothing is passed on as lost that was not.

#[path = "odd_packets/devices.rs"]
mod devices;
#[path = "odd_packets/sources.rs"]
mod sources;
mod support;

use media_core::rtp::RtpHeader;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams, RedundancyFormat, TelephoneEventFormat};
use support::bent::{Call, Shot, Source, WAYS, Way, cuts, missed, places};

/// Numbers that are missing between the packets that the second party got.
fn gaps_sent_on(call: &Call) -> i64 {
    let step = |pair: &[support::phone::Packet]| {
        i64::from(pair[1].header.sequence.wrapping_sub(pair[0].header.sequence) as i16) - 1
    };
    call.phones[1].got.windows(2).map(step).sum()
}

#[test]
fn packets_of_any_length_are_heard() {
    type Samples = fn(usize) -> usize;
    let lengths: [(&str, Samples); 16] = [
        ("1 ms", |_| 8),
        ("2.5 ms", |_| 20),
        ("5 ms", |_| 40),
        ("7.5 ms", |_| 60),
        ("10 ms", |_| 80),
        ("30 ms", |_| 240),
        ("80 ms", |_| 640),
        ("127 ms", |_| 1_014),
        ("128 ms", |_| 1_024),
        ("160 ms", |_| 1_280),
        ("170 octets", |_| 170),
        ("20 and 40 ms by turns", |n| 160 << (n % 2)),
        ("20, 30, 20 ms", |n| if n / 40 == 1 { 240 } else { 160 }),
        ("1 to 60 ms", |n| [8, 480, 20, 160, 40, 321][n % 6]),
        ("20, then 160, then 5 ms", |n| [160, 1_280, 40][n / 40 % 3]),
        ("180 ms", |_| 1_440),
    ];
    for way in WAYS {
        for (what, samples) in lengths {
            let mut source = Source::new(7);
            // A packet is sent when its last sample was spoken.
            let mut shots = Vec::new();
            while source.ms < 4_000.0 {
                let length = samples(shots.len());
                source.ms += length as f64 / 8.0;
                let mut shot = source.packet(length);
                source.ms -= length as f64 / 8.0;
                shot.header.marker = shots.is_empty();
                shots.push(shot);
            }
            let mut call = Call::new(way);
            call.play(&shots, 500.0);
            let found = places(&shots, &call.heard());
            let statistics = call.statistics();
            // The longer ones show how long they are only when they come.
            assert!(missed(&found) * 50 <= shots.len(), "{what} {way:?}: {} missed, {statistics}", missed(&found));
            assert!(cuts(&shots, &found) <= 4 + shots.len() / 50, "{what} {way:?}: {} cuts", cuts(&shots, &found));
            assert_eq!((statistics.lost, statistics.bad_payload), (0, 0), "{what} {way:?}: {statistics}");
            assert_eq!(gaps_sent_on(&call), 0, "{what} {way:?}");
        }
    }
}

/// Between the packets of a source one in five is followed by another that `make` makes of its header.
fn between(make: impl Fn(RtpHeader, &mut Source) -> (RtpHeader, Vec<u8>)) -> Vec<Shot> {
    let mut source = Source::new(7);
    let mut shots = Vec::new();
    for n in 0..300 {
        shots.push(source.packet(160));
        if n % 5 == 4 {
            let (header, payload) = make(source.next, &mut source);
            source.next.sequence = source.next.sequence.wrapping_add(1);
            shots.push(Shot { ms: source.ms - 18.0, header, payload });
        }
    }
    shots
}

#[test]
fn what_holds_no_audio_is_not_lost() {
    let red = RedundancyFormat::new(121, 0);
    type Make = fn(RtpHeader, &mut Source) -> (RtpHeader, Vec<u8>);
    let cases: [(&str, Make); 3] = [
        ("empty", |header, _| (header, vec![])),
        ("unknown type", |header, _| (RtpHeader { payload_type: 99, ..header }, vec![1, 2, 3])),
        ("unreadable redundancy", |header, _| (RtpHeader { payload_type: 121, ..header }, vec![0x80, 1, 2])),
    ];
    for way in WAYS {
        for (what, make) in cases {
            let shots = between(make);
            let mut call = Call::with(way, MediaSessionParams::new(AudioFormat::pcmu()).redundancy(red));
            call.play(&shots, 300.0);
            let audio: Vec<Shot> = shots.into_iter().filter(|shot| shot.payload.len() == 160).collect();
            let statistics = call.statistics();
            let found = places(&audio, &call.heard());
            assert_eq!((missed(&found), cuts(&audio, &found)), (0, 0), "{what} {way:?}: {statistics}");
            assert_eq!((statistics.lost, statistics.concealed_blocks), (0, 0), "{what} {way:?}: {statistics}");
            assert_eq!(gaps_sent_on(&call), 0, "{what} {way:?}");
            // The twin: what did not come is lost.
            let mut call = Call::new(way);
            call.play(&audio, 300.0);
            assert_eq!(call.statistics().lost, 59);
        }
    }
}

#[test]
fn comfort_noise_of_the_static_type_is_understood_unasked() {
    let describe: [&[u8]; 3] = [&[40], &[45, 130, 120, 127], &[]];
    for way in WAYS {
        for payload in describe {
            for each in [false, true] {
                let mut source = Source::new(7);
                let mut shots = Vec::new();
                for _ in 0..6 {
                    source.next.marker = true;
                    shots.extend(source.packets(40, |_, _| {}));
                    for n in 0..40 {
                        if n == 0 || each {
                            let header = RtpHeader { payload_type: 13, ..source.next };
                            shots.push(Shot { ms: source.ms, header, payload: payload.to_vec() });
                            source.next.sequence = source.next.sequence.wrapping_add(1);
                        }
                        source.pause(20, true);
                    }
                }
                let mut call = Call::new(way);
                call.play(&shots, 300.0);
                let what = format!("{payload:?}, each {each}, {way:?}");
                let audio: Vec<Shot> = shots.into_iter().filter(|shot| shot.header.payload_type == 0).collect();
                let heard = call.heard();
                let found = places(&audio, &heard);
                let statistics = call.statistics();
                assert_eq!(missed(&found), 0, "{what}: {statistics}");
                assert_eq!(cuts(&audio, &found), 5, "{what}: the pauses only, {statistics}");
                assert_eq!((statistics.lost, statistics.unknown_payload_type), (0, 0), "{what}: {statistics}");
                assert_eq!(statistics.concealed_blocks, 0, "{what}: {statistics}");
                assert_eq!(gaps_sent_on(&call), 0, "{what}");
                assert!(call.phones[1].got.iter().all(|p| p.header.payload_type != 13), "{what}: it asked for none");
                // What is heard in a pause is no louder than it was described, not what was said before.
                let quiet = |at: usize| heard[at..at + 4_000].iter().all(|sample| sample.unsigned_abs() < 2_000);
                let pauses: Vec<usize> = (0..5).map(|n| (found[n * 40 + 39].unwrap() + 400) as usize).collect();
                assert!(pauses.iter().all(|at| quiet(*at)), "{what}");
            }
        }
    }
}

#[test]
fn pauses_digits_and_ends_are_neither_lost_nor_concealed() {
    for way in WAYS {
        let mut source = Source::new(7);
        let mut shots = source.packets(50, |_, _| {});
        // A pause by timestamps alone.
        source.pause(700, true);
        shots.extend(source.packets(50, |_, _| {}));
        // A digit that is held for 6 s; then one for 12.
        for packets in [300u16, 600] {
            let start = source.next;
            for n in 0..packets {
                let end = n + 3 >= packets;
                let [high, low] = n.saturating_mul(160).to_be_bytes();
                let header = RtpHeader { payload_type: 101, sequence: source.next.sequence, marker: n == 0, ..start };
                shots.push(Shot { ms: source.ms, header, payload: vec![5, u8::from(end) << 7 | 10, high, low] });
                source.next.sequence = source.next.sequence.wrapping_add(1);
                source.pause(20, true);
            }
            shots.extend(source.packets(50, |_, _| {}));
        }
        let events = TelephoneEventFormat::new(101, 8_000);
        let mut call = Call::with(way, MediaSessionParams::new(AudioFormat::pcmu()).telephone_events(events));
        call.play(&shots, 3_000.0);
        let statistics = call.statistics();
        assert_eq!((statistics.lost, statistics.concealed_blocks), (0, 0), "{way:?}: {statistics}");
        assert!(statistics.silent_concealed_blocks == 0 && statistics.event_packets == 900, "{statistics}");
        assert_eq!(statistics.source_changes, 0, "{statistics}");
        assert_eq!(gaps_sent_on(&call), 0, "{way:?}");
        // The twin: what is lost amid speech is both.
        let mut shots = Source::new(9).packets(200, |_, _| {});
        shots.retain(|shot| shot.ms as usize / 20 % 50 != 25);
        let mut call = Call::new(way);
        call.play(&shots, 300.0);
        let statistics = call.statistics();
        let concealed = if way == Way::Decoded { 8 } else { statistics.concealed_blocks };
        assert_eq!((statistics.lost, statistics.concealed_blocks), (4, concealed), "{way:?}: {statistics}");
        assert_eq!(gaps_sent_on(&call), if way == Way::Passed { 4 } else { 0 }, "{way:?}");
    }
}

#[test]
fn late_packets_are_late_and_not_lost_as_well() {
    for way in WAYS {
        let shots = Source::new(7).packets(300, |n, shot| {
            if n % 60 == 30 {
                shot.ms += 90.0;
            }
        });
        let mut call = Call::new(way);
        call.play(&shots, 300.0);
        let s = call.statistics();
        assert_eq!(s.lost, 0, "{way:?}: {s}");
        assert!(s.late >= 1, "{way:?}: {s}");
        assert_eq!(s.packets_in, s.played_packets + s.late + s.duplicates + s.refused, "{way:?}: {s}");
    }
}
