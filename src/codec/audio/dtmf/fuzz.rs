//! Pure: the body of the fuzz target for the event receiver, kept here so that plain tests run it as well.

use super::{EventClock, EventNotice, EventReceiver, EventSender};
use crate::types::MediaTime;

/// Feeds any packets to a receiver and what it says to a sender at another clock: starts and ends alternate, whatever
/// comes, and the sender's packets are ones that a receiver reads as whole events.
///
/// Each 8 octets of `data` are a packet: time since the last in ms, timestamp step, marker, payload of four octets.
///
/// # Panics
/// Where that does not hold.
pub fn telephone_event(data: &[u8]) {
    let mut receiver = EventReceiver::new(EventClock::new(48_000));
    let (mut sender, mut far) =
        (EventSender::new(EventClock::new(8_000), 20), EventReceiver::new(EventClock::new(8_000)));
    let (mut lasting, mut far_lasting, mut ms, mut timestamp) = (None, None, 0u64, 0u32);
    for (n, chunk) in data.chunks(8).enumerate() {
        ms += u64::from(chunk[0]);
        timestamp = timestamp.wrapping_add(chunk.get(1).map_or(0, |&c| u32::from(c) * 240)).wrapping_sub(2_400);
        let marker = chunk.get(2).is_some_and(|m| m & 1 == 1);
        let now = MediaTime::from_millis(ms);
        let overdue = receiver.poll(now);
        let notices = receiver.receive(timestamp, marker, chunk.get(3..).unwrap_or(&[]), now).unwrap_or_default();
        for notice in overdue.iter().chain(notices.iter()) {
            check(&mut lasting, notice);
            // Full, or the end of one that found it full: the sender refuses whole events.
            let _ = sender.relay(notice, receiver.clock());
        }
        if let Some(packet) = sender.poll(n as u32 * 160) {
            let arrived = MediaTime::from_millis(n as u64 * 20);
            let notices = far.receive(packet.timestamp, packet.marker, &packet.payload, arrived);
            notices.expect("a sender's packet can be read").iter().for_each(|notice| check(&mut far_lasting, notice));
        }
    }
    let counters = receiver.counters();
    assert!(counters.superfluous + counters.malformed + counters.unknown <= counters.packets);
    assert_eq!(far.counters().lost_ends, 0, "a sender ends each event");
}

fn check(lasting: &mut Option<u8>, notice: &EventNotice) {
    match *notice {
        EventNotice::Started { event, .. } => assert_eq!(lasting.replace(event.code()), None, "started twice"),
        EventNotice::Ended { event, .. } => assert_eq!(lasting.take(), Some(event.code()), "ended without a start"),
    }
}
