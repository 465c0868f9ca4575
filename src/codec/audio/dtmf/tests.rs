//! Pure: telephone events: what is sent, what is told of what came, lost or repeated or out of order.

mod capture;
mod duration;
mod odd_sender;
mod sender_zoo;

use super::*;
use crate::types::MediaTime;

fn event(digit: char) -> TelephoneEvent {
    TelephoneEvent::from_char(digit).unwrap()
}

/// Everything that the sender has to say, polled each `step` of timestamp; `(poll, packet, payload)`.
fn drain(sender: &mut EventSender, step: u32) -> Vec<(u32, EventPacket, EventPayload)> {
    let mut out = Vec::new();
    for n in 0..100_000 {
        if let Some(packet) = sender.poll(n * step) {
            out.push((n, packet, EventPayload::parse(&packet.payload).unwrap()));
        } else if !sender.is_busy() {
            break;
        }
    }
    out
}

/// Plays packets into a receiver 20 ms apart; the digits that it ends, with durations and `lost`.
fn hear(receiver: &mut EventReceiver, packets: impl IntoIterator<Item = EventPacket>) -> Vec<(char, u32, bool)> {
    let (mut out, mut ms) = (Vec::new(), 0);
    let ended = |n: &EventNotice| match *n {
        EventNotice::Ended { event, duration, lost, .. } => Some((event.as_char(), duration, lost)),
        EventNotice::Started { .. } => None,
    };
    for packet in packets {
        ms += 20;
        let now = MediaTime::from_millis(ms);
        let notices = receiver.receive(packet.timestamp, packet.marker, &packet.payload, now).unwrap();
        out.extend(notices.iter().filter_map(ended));
    }
    out.extend(receiver.poll(MediaTime::from_millis(ms + 200)).as_ref().and_then(ended));
    out
}

#[test]
fn codes_and_names() {
    for (code, name) in "0123456789*#ABCD!".chars().enumerate() {
        assert_eq!(event(name).code() as usize, code);
        assert_eq!(TelephoneEvent::from_code(code as u8).unwrap().as_char(), name);
    }
    assert_eq!(event('d'), event('D'));
    assert_eq!((TelephoneEvent::from_code(17), TelephoneEvent::from_char('E')), (None, None));
    let payload = EventPayload { event: event('#'), end: true, volume: 63, duration: 0x1234 };
    assert_eq!(payload.write(), [11, 0x80 | 63, 0x12, 0x34]);
    assert_eq!(EventPayload::parse(&payload.write()), Ok(payload));
    assert_eq!(EventPayload::parse(&[1, 2, 3]), Err(EventFault::ShortPayload));
    assert_eq!(EventPayload::parse(&[17, 0, 0, 0]), Err(EventFault::UnknownEvent(17)));
}

#[test]
fn a_digit_has_one_timestamp_growing_duration_and_three_ends() {
    for (hz, ptime) in [(8_000, 20), (16_000, 20), (48_000, 20), (8_000, 10), (48_000, 60)] {
        let step = hz / 1_000 * ptime;
        let mut sender = EventSender::new(EventClock::new(hz), ptime);
        sender.send(event('5'), 90, 10).unwrap();
        let sent = drain(&mut sender, step);
        assert!(sent.iter().all(|(_, packet, _)| packet.timestamp == 0), "{hz}");
        assert!(sent.iter().enumerate().all(|(i, (_, packet, _))| packet.marker == (i == 0)));
        let ends = sent.iter().filter(|(.., p)| p.end).count();
        let updates = sent.len() - ends;
        assert_eq!((ends, updates as u32), (3, 90u32.div_ceil(ptime) - 1), "{hz} {ptime}");
        for (i, (n, _, payload)) in sent.iter().enumerate() {
            assert_eq!(*n as usize, i, "one packet per interval");
            let expected = if payload.end { hz * 90 / 1_000 } else { (i as u32 + 1) * step };
            assert_eq!((u32::from(payload.duration), payload.volume), (expected, 10));
        }
    }
}

#[test]
fn digits_are_set_apart() {
    for pause in [50, 100] {
        let mut sender = EventSender::new(EventClock::new(8_000), 20);
        sender.set_pause_ms(pause);
        "12".chars().for_each(|d| sender.send(event(d), 100, 10).unwrap());
        let sent = drain(&mut sender, 160);
        let second = sent.iter().find(|(.., p)| p.event == event('2')).unwrap();
        assert!(second.1.marker && second.1.timestamp == second.0 * 160);
        let gap = second.1.timestamp - 800;
        assert!(gap >= pause * 8 && gap < pause * 8 + 160, "{gap}");
    }
}

#[test]
fn long_events_are_cut_into_segments() {
    // 3 s at 48 kHz are 144,000 units: two full segments and a rest (RFC 4733 section 2.5.1.3).
    let clock = EventClock::new(48_000);
    let mut sender = EventSender::new(clock, 20);
    sender.send(event('*'), 3_000, 10).unwrap();
    let sent = drain(&mut sender, 960);
    let mut timestamps: Vec<_> = sent.iter().map(|(_, p, _)| p.timestamp).collect();
    timestamps.dedup();
    assert_eq!(timestamps, [0, 0xffff, 2 * 0xffff]);
    assert_eq!(sent.iter().filter(|(_, p, _)| p.marker).count(), 1, "only the first segment has the marker");
    for (i, (_, packet, payload)) in sent.iter().enumerate() {
        let last_of_segment = sent.get(i + 1).is_some_and(|next| next.1.timestamp != packet.timestamp);
        assert_eq!(last_of_segment, payload.duration == 0xffff && !payload.end);
    }
    assert_eq!(sent.last().unwrap().2.duration, (144_000u32 - 2 * 0xffff) as u16);

    let packets = || sent.iter().map(|(_, p, _)| *p);
    assert_eq!(hear(&mut EventReceiver::new(clock), packets()), [('*', 144_000, false)], "one digit, not three");
    let without_segment_ends = packets().filter(|p| p.payload[2..] != [0xff, 0xff]);
    assert_eq!(hear(&mut EventReceiver::new(clock), without_segment_ends), [('*', 144_000, false)]);
    // Twin: with the marker that a new press has, they are three.
    let mut before = None;
    let pressed = packets().map(|p| EventPacket { marker: before.replace(p.timestamp) != Some(p.timestamp), ..p });
    assert_eq!(hear(&mut EventReceiver::new(clock), pressed).len(), 3);
}

#[test]
fn an_open_event_lasts_until_it_is_finished() {
    let mut sender = EventSender::new(EventClock::new(8_000), 20);
    sender.begin(event('7'), 3).unwrap();
    let mut durations = Vec::new();
    for n in 0..30 {
        if n == 10 {
            // Shorter than what was sent already: a duration never shrinks.
            sender.finish(480).unwrap();
        }
        durations.extend(sender.poll(n * 160).map(|p| EventPayload::parse(&p.payload).unwrap().duration));
    }
    assert_eq!(durations, [160, 320, 480, 640, 800, 960, 1120, 1280, 1440, 1600, 1600, 1600, 1600]);
    assert_eq!(sender.finish(1), Err(EventFault::NotOpen));
}

#[test]
fn a_full_queue_refuses_whole_events() {
    let mut sender = EventSender::new(EventClock::new(8_000), 20);
    let taken = (0..100).take_while(|_| sender.send(event('1'), 50, 10).is_ok()).count();
    assert_eq!(taken, 32);
    assert_eq!(sender.finish(800), Err(EventFault::NotOpen), "the end of one that was refused finishes no other");
    let packets: Vec<_> = drain(&mut sender, 160).into_iter().map(|(_, p, _)| p).collect();
    let heard = hear(&mut EventReceiver::new(EventClock::new(8_000)), packets);
    assert_eq!(heard, vec![('1', 400, false); 32]);
}

#[test]
fn a_skip_of_ticks_keeps_durations_true() {
    let mut sender = EventSender::new(EventClock::new(8_000), 20);
    sender.send(event('9'), 400, 10).unwrap();
    sender.poll(0).unwrap();
    let after_skip = EventPayload::parse(&sender.poll(160 * 11).unwrap().payload).unwrap();
    assert_eq!((after_skip.duration, after_skip.end), (160 * 12, false));
}

#[test]
fn digits_pass_between_all_pairs_of_clock_rates() {
    let clocks =
        [EventClock::new(8_000), EventClock::new(16_000), EventClock::new(48_000), EventClock::mixed(8_000, 48_000)];
    for from in clocks {
        for to in clocks {
            let timestamp_step = |c: EventClock| c.span(c.duration_of_ms(20));
            let mut near = EventSender::new(from, 20);
            for (i, digit) in "2013785496*#ABCD!".chars().enumerate() {
                near.send(event(digit), 60 + 15 * i as u32, 8).unwrap();
            }
            let (mut relay_in, mut relay_out) = (EventReceiver::new(from), EventSender::new(to, 20));
            let mut passed = Vec::new();
            for n in 0..1_000u32 {
                // Starts near the wrap of the timestamps.
                let at = |c| timestamp_step(c).wrapping_mul(n).wrapping_sub(100_000);
                if let Some(p) = near.poll(at(from)) {
                    let now = MediaTime::from_millis(u64::from(n) * 20);
                    let notices = relay_in.receive(p.timestamp, p.marker, &p.payload, now).unwrap();
                    notices.iter().for_each(|notice| relay_out.relay(notice, from).unwrap());
                }
                passed.extend(relay_out.poll(at(to)));
            }
            let ends = passed.iter().filter(|p| p.payload[1] & 0x80 != 0).count();
            assert_eq!(ends, 17 * 3);
            assert_eq!(passed.iter().filter(|p| p.marker).count(), 17);
            let heard = hear(&mut EventReceiver::new(to), passed);
            let text: String = heard.iter().map(|h| h.0).collect();
            assert_eq!(text, "2013785496*#ABCD!");
            for (i, &(digit, duration, lost)) in heard.iter().enumerate() {
                let true_ms = 60 + 15 * i as u32;
                // The far end learns of the end up to two packets late; never is an event shortened.
                let ms = to.ms(duration);
                assert!(
                    !lost && (true_ms..=true_ms + 40).contains(&ms),
                    "{digit}: {ms} for {true_ms} ms, {from:?} to {to:?}"
                );
            }
        }
    }
}

#[test]
fn what_a_bad_network_does_to_packets_changes_no_digit() {
    let clock = EventClock::new(8_000);
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut chance = |percent: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 20) % 100 < percent
    };
    let mut ends_are_a_bad_count = 0;
    for _ in 0..300 {
        let mut sender = EventSender::new(clock, 20);
        "11223#".chars().for_each(|d| sender.send(event(d), 120, 10).unwrap());
        let mut packets: Vec<EventPacket> = drain(&mut sender, 160).into_iter().map(|(_, p, _)| p).collect();
        // At least one packet of each event survives.
        let mut kept: Vec<EventPacket> = Vec::new();
        for (i, packet) in packets.iter().enumerate() {
            let last_chance = packets.get(i + 1).is_none_or(|next| next.timestamp != packet.timestamp)
                && kept.last().is_none_or(|k| k.timestamp != packet.timestamp);
            if last_chance || !chance(40) {
                kept.push(*packet);
            }
            if chance(20) && kept.last().is_some_and(|k| k.timestamp == packet.timestamp) {
                kept.push(*packet);
            }
        }
        for i in 1..kept.len() {
            if chance(20) && i >= 2 && kept[i - 2].timestamp == kept[i - 1].timestamp {
                kept.swap(i - 1, i);
            }
        }
        // Ends may now come after the first packet of the next event.
        packets = kept;
        let heard: String = hear(&mut EventReceiver::new(clock), packets.iter().copied()).iter().map(|h| h.0).collect();
        assert_eq!(heard, "11223#");
        ends_are_a_bad_count += usize::from(packets.iter().filter(|p| p.payload[1] & 0x80 != 0).count() != 18);
    }
    assert!(ends_are_a_bad_count > 200, "the network must have done something: {ends_are_a_bad_count}");
}

#[test]
fn a_lost_end_is_noticed_by_silence_or_by_the_next_digit() {
    let mut receiver = EventReceiver::new(EventClock::new(8_000));
    let payload = |digit, end, duration| EventPayload { event: event(digit), end, volume: 10, duration }.write();
    let at = MediaTime::from_millis;
    assert_eq!(receiver.receive(1_000, true, &payload('1', false, 160), at(0)).unwrap().iter().count(), 1);
    assert_eq!(receiver.poll(at(199)), None);
    let lost = EventNotice::Ended { event: event('1'), timestamp: 1_000, duration: 160, held_ms: 20, lost: true };
    assert_eq!(receiver.poll(at(200)), Some(lost));
    // Its end comes after all, much too late: nothing more is said.
    assert_eq!(receiver.receive(1_000, false, &payload('1', true, 800), at(220)).unwrap().iter().count(), 0);

    receiver.receive(4_000, true, &payload('2', false, 320), at(300)).unwrap();
    let notices = receiver.receive(6_000, true, &payload('2', true, 800), at(400)).unwrap();
    let notices: Vec<_> = notices.iter().copied().collect();
    assert_eq!(
        notices[0],
        EventNotice::Ended { event: event('2'), timestamp: 4_000, duration: 320, held_ms: 40, lost: true }
    );
    assert_eq!(
        notices[2],
        EventNotice::Ended { event: event('2'), timestamp: 6_000, duration: 800, held_ms: 60, lost: false }
    );
    assert_eq!(receiver.counters().lost_ends, 2);

    // A new source may start anywhere.
    receiver.reset();
    assert_eq!(receiver.receive(5_000, true, &payload('3', false, 160), at(500)).unwrap().iter().count(), 1);
    assert_eq!(receiver.receive(0, false, &[1], at(520)), Err(EventFault::ShortPayload));
    assert_eq!(receiver.receive(0, false, &[32, 0, 0, 0], at(520)), Err(EventFault::UnknownEvent(32)));
    assert_eq!((receiver.counters().malformed, receiver.counters().unknown), (1, 1));
}

#[test]
fn any_octets_keep_the_fuzz_invariants() {
    let mut seed = 1u64;
    for length in 0..400 {
        let data: Vec<u8> = (0..length * 8)
            .map(|i| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let octet = (seed >> 56) as u8;
                if i % 8 == 3 { octet % 20 } else { octet }
            })
            .collect();
        fuzz::telephone_event(&data);
    }
}
