//! Packets as senders make them: any length, without payload, noise unasked, two sources at once. What came is not
//! lost, what was a pause is not concealed, and nothing is passed on as lost that was not.

#[path = "odd_packets/devices.rs"]
mod devices;
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

#[test]
fn of_two_sources_at_once_one_is_heard_whole_until_it_ends() {
    // Bunched: so many ms of either at once, the other's first where `swapped`.
    for bunch in [0.0, 40.0, 60.0, 80.0] {
        for swapped in [false, true] {
            let mut one = Source::new(7).packets(300, |_, _| {});
            let mut two = Source::new(0x0b0b).packets(400, |_, shot| shot.ms += 10.0);
            if bunch > 0.0 {
                for (n, shot) in one.iter_mut().chain(&mut two).enumerate() {
                    let second = shot.header.ssrc != 7;
                    let order = if second == swapped { 0.0 } else { 2.0 };
                    shot.ms = (shot.ms / bunch).floor() * bunch + order + n as f64 * 1e-4;
                }
            }
            let what = format!("bunches of {bunch} ms, swapped {swapped}");
            // The one that is there first.
            let second_first = two[0].ms < one[0].ms;
            for way in WAYS {
                let mut call = Call::new(way);
                call.play(&[one.clone(), two.clone()].concat(), 300.0);
                let heard = call.heard();
                let (first, other) = if second_first { (&two, &one) } else { (&one, &two) };
                let found = places(first, &heard);
                assert!(missed(&found) <= 4, "{what} {way:?}: {} of the first missed", missed(&found));
                let statistics = call.statistics();
                let changes = u64::from(!second_first);
                let told = call.times(EventKind::SourceChanged);
                assert_eq!((statistics.source_changes, told), (changes, changes), "{what} {way:?}: {statistics}");
                if second_first {
                    assert_eq!(missed(&places(other, &heard)), other.len(), "{what} {way:?}");
                    continue;
                }
                // The other goes on for 2 s: it is heard 300 ms after the first one's end.
                let rest = places(&other[320..], &heard);
                assert_eq!(missed(&rest), 0, "{what} {way:?}");
            }
        }
    }
}

#[test]
fn a_stray_packet_is_no_source_and_a_new_source_is_heard_at_once() {
    for way in WAYS {
        let mut shots = Source::new(7).packets(200, |_, _| {});
        let strays = Source::new(0x0b0b).packets(8, |n, shot| {
            shot.ms = n as f64 * 500.0 + 210.0;
            shot.header.sequence = shot.header.sequence.wrapping_add(n as u16 * 25);
        });
        shots.extend(strays.clone());
        // Another source where the first ends.
        shots.extend(Source::new(0x0c0c).packets(100, |_, shot| shot.ms += 4_000.0));
        let mut call = Call::new(way);
        call.play(&shots, 300.0);
        let heard = call.heard();
        assert_eq!(missed(&places(&shots[..200], &heard)), 0, "{way:?}");
        assert_eq!(missed(&places(&strays, &heard)), 8, "{way:?}: strays are not heard");
        let next = places(&shots[208..], &heard);
        assert!(missed(&next) <= 2 && next[2..].iter().all(Option::is_some), "{way:?}: {next:?}");
        let statistics = call.statistics();
        assert_eq!((statistics.source_changes, call.times(EventKind::SourceChanged)), (1, 1), "{way:?}: {statistics}");
    }
}

#[test]
fn a_hold_is_no_change_of_source_and_silence_is_not_resumed() {
    for way in WAYS {
        let mut call = Call::new(way);
        let mut source = Source::new(7);
        call.play(&source.packets(100, |_, _| {}), 0.0);
        for change in [false, true] {
            let pending = call.session.hold_inward();
            call.ask(pending);
            source.ms = 0.0;
            call.play(&source.packets(100, |_, _| {}), 0.0);
            let pending = call.session.resume_inward();
            call.ask(pending);
            source.ms = 0.0;
            if change {
                source.next.ssrc ^= 0xff;
            }
            call.play(&source.packets(100, |_, _| {}), 0.0);
            let (statistics, told) = (call.statistics(), call.times(EventKind::SourceChanged));
            let changes = u64::from(change);
            assert_eq!((statistics.source_changes, told, statistics.lost), (changes, changes, 0), "{way:?}");
        }
        // Silence; then a packet that cannot be heard, and one that can.
        call.play(&[], 3_000.0);
        assert_eq!((call.times(EventKind::FellSilent), call.times(EventKind::Resumed)), (1, 0), "{way:?}");
        let stranger = Source::new(99).packets(1, |_, shot| shot.header.payload_type = 120);
        call.play(&stranger, 500.0);
        let empty = Shot { ms: 0.0, header: source.next, payload: vec![] };
        call.play(&[empty], 500.0);
        assert_eq!(call.times(EventKind::Resumed), 0, "{way:?}: nothing is heard");
        (source.ms, source.next.timestamp) = (0.0, source.next.timestamp.wrapping_add(32_000));
        call.play(&source.packets(20, |_, _| {}), 100.0);
        assert_eq!(call.times(EventKind::Resumed), 1, "{way:?}");
    }
}
