//! Control: digits are told where they are not passed on, and kept where nobody takes them.

use super::*;

#[test]
fn a_party_on_hold_or_muted_is_told_of_and_not_passed_on() {
    for how in ["inward hold", "mute", "far hold"] {
        for mid in [false, true] {
            let mut call = Call::new();
            call.pass(500, true);
            let start = call.now();
            let mut packets = 1..=10u16;
            let mut press = |call: &mut Call, count: usize| {
                for k in packets.by_ref().take(count) {
                    call.event(start, k == 1, 9, false, k * 160);
                    call.pass(20, false);
                }
            };
            if mid {
                press(&mut call, 5);
            }
            let pending = match how {
                "inward hold" => call.a.hold_inward(),
                "mute" => call.a.mute(),
                _ => call.b.hold_outward(),
            };
            done(&mut call.engine, pending);
            press(&mut call, 10);
            (0..3).for_each(|_| call.event(start, false, 9, true, 1_600));
            call.pass(600, how != "inward hold");
            assert_eq!(call.told(), "9", "{how}, in mid-press {mid}");
            call.two.listen(&mut call.engine.network);
            let passed = call.passed_on();
            if mid && how != "far hold" {
                assert!(matches!(passed[..], [('9', _, true)]), "what began ends: {how}: {passed:?}");
            } else if !mid {
                assert_eq!(passed, [], "{how}");
                // Nor is it made up for afterwards.
                let pending = call.b.resume_outward();
                done(&mut call.engine, pending);
                call.pass(600, true);
                call.two.listen(&mut call.engine.network);
                assert_eq!(call.passed_on(), [], "{how}, after it");
            }
        }
    }
}

/// The lane to the supervisor holds 4,096 messages: what finds it full is told in the next ticks.
#[test]
fn digits_that_find_the_way_full_are_told_all_the_same() {
    let mut engine = engine();
    let mut phones: Vec<_> =
        (1..=140).map(|n| connect(&mut engine, n, with_events(AudioFormat::pcmu(), 8_000))).collect();
    // Sixteen presses in one tick of each: 4,480 starts and ends.
    let now = engine.now();
    for (_, phone) in &mut phones {
        for n in 0..16u32 {
            let header = RtpHeader { payload_type: EVENTS, timestamp: phone.next.timestamp + n * 1_600, ..phone.next };
            phone.post(&mut engine.network, now, header, &[n as u8, 0x8a, 3, 0x20]);
            phone.next.sequence = phone.next.sequence.wrapping_add(1);
        }
    }
    (0..20).for_each(|_| engine.tick());
    for (session, _) in &phones {
        let pending = session.take_digits();
        let told = done(&mut engine, pending);
        assert_eq!(told.iter().map(|digit| digit.event.as_char()).collect::<String>(), "0123456789*#ABCD");
    }
}

#[test]
fn of_digits_that_nobody_takes_the_newest_are_kept() {
    let mut call = Call::new();
    call.pass(100, true);
    let mut all = String::new();
    for n in 0..300u32 {
        let code = (n * n % 11) as u8;
        all.push(NAMES.chars().nth(usize::from(code)).unwrap());
        let start = call.now();
        call.event(start, true, code, true, 320);
        call.pass(100, false);
    }
    call.pass(300, true);
    assert_eq!(call.told(), all[300 - 256..]);
}
