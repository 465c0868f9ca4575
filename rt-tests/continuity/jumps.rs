//! Real-time: jumps of numbers and clocks, and another peer: how soon is audio back?

use super::*;

/// How many packets of the new timeline are not heard before the first that is.
fn lost_to(change: impl Fn(&mut Phone), meter: bool) -> (usize, Talk, Vec<EventKind>) {
    let (mut talk, a, _) = passed(0);
    if meter {
        let pending = a.set_metering(true);
        talk.ask(pending);
    }
    let events = talk.engine.handle().subscribe();
    talk.run(51 + talk.ticks as usize % 2);
    change(&mut talk.phones[0]);
    let from = talk.said[0].len();
    talk.run(60);
    let heard = talk.phones[1].heard();
    let new: Vec<_> = talk.said[0][from..].chunks(160).collect();
    let half = |packet: &[u8]| heard.windows(80).any(|w| *w == packet[80..]);
    let lost = new.iter().position(|packet| half(packet)).expect("audio comes back");
    assert!(new[lost..20].iter().all(|packet| half(packet)), "and stays");
    let kinds = std::iter::from_fn(|| events.try_next()).map(|event| event.kind).collect();
    (lost, talk, kinds)
}

#[test]
fn audio_is_back_within_three_packets_after_any_jump() {
    for meter in [false, true] {
        for (what, change) in [
            ("ssrc", (|p| p.next.ssrc = 0xdead_beef) as fn(&mut Phone)),
            ("sequence up", |p| p.next.sequence = p.next.sequence.wrapping_add(20_000)),
            ("sequence down", |p| p.next.sequence = p.next.sequence.wrapping_sub(5_000)),
            ("timestamp up", |p| p.next.timestamp = p.next.timestamp.wrapping_add(1_000_000)),
            ("timestamp down", |p| p.next.timestamp = p.next.timestamp.wrapping_sub(1_000_000)),
            ("all", |p| {
                p.next.ssrc ^= 0xff;
                p.next.sequence ^= 0x5555;
                p.next.timestamp ^= 0x5555_5555;
            }),
        ] {
            let (lost, talk, kinds) = lost_to(change, meter);
            assert!(lost <= 2, "{what} (metered: {meter}): {lost} packets lost");
            talk.gaps(1);
            assert!(kinds.contains(&EventKind::SourceChanged), "{what}: {kinds:?}");
        }
        let (lost, _, kinds) = lost_to(|_| {}, meter);
        assert_eq!(lost, 0, "no jump, nothing lost");
        assert!(!kinds.contains(&EventKind::SourceChanged), "no jump, nothing told");
    }
}

#[test]
fn another_peer_takes_over_without_a_break() {
    for params in [AudioFormat::pcmu(), AudioFormat::pcma()].map(MediaSessionParams::new) {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
        let (a, phone_a) = connect(&mut engine, 1, params);
        let (b, phone_b) = pcmu(&mut engine, 2);
        let (c, phone_c) = pcma(&mut engine, 3);
        let (d, phone_d) = pcmu(&mut engine, 4);
        let pending = engine.handle().bridge(&a, &b);
        done(&mut engine, pending);
        let mut talk = Talk::new(engine, vec![phone_a, phone_b, phone_c, phone_d]);
        talk.run(50);
        for next in [&c, &d, &a] {
            let pending = talk.engine.handle().unbridge(&b);
            talk.ask(pending);
            let pending = talk.engine.handle().bridge(&b, next);
            talk.ask(pending);
            talk.run(51);
        }
        let gaps = talk.gaps(1);
        assert!(gaps.len() <= 3 && gaps.iter().all(|gap| gap.samples <= 640), "{gaps:?}");
        assert!(talk.phones[1].got.len() > 90);
    }
}
