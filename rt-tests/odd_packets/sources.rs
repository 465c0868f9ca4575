//! Real-time: sources that come, go, or speak at once: who is heard.

use super::*;

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
