//! Pure: further senders of telephone events: what the network repeats late, segments of a press beyond what a duration can say,
//! lists of events that cannot be read.

use super::support::phone::done;
use super::{Call, EVENTS, with_events};
use media_core::codec::CodecManager;
use media_core::codec::negotiation::NegotiationRules;
use media_core::codec::{CapabilityList, CodecCapability};
use media_core::session::{AudioFormat, MediaSessionParams};

#[test]
fn what_the_network_repeats_late_is_no_press() {
    for (what, ends) in [("a packet of the middle", false), ("an end", true)] {
        for late in [20, 60, 150, 400] {
            let mut call = Call::new();
            call.pass(500, true);
            let (start, number) = (call.now(), call.one.next.sequence);
            call.press(7, 5);
            call.pass(late, true);
            let after = call.one.next.sequence;
            call.one.next.sequence = number + if ends { 6 } else { 3 };
            call.event(start, false, 7, ends, if ends { 800 } else { 640 });
            call.one.next.sequence = after;
            call.check("7", &format!("{what} again after {late} ms"));
        }
    }
}

#[test]
fn a_press_in_segments_is_one_and_as_long_as_it_was() {
    let mut call = Call::new();
    call.pass(500, true);
    let start = call.now();
    let (mut segment, mut length) = (0u32, 0u32);
    // RFC 4733 section 2.5.1.3: beyond 0xffff another one begins, without a marker.
    while length < 150_000 {
        length += 160;
        if length - segment > 0xffff {
            call.event(start + segment, false, 7, false, 0xffff);
            segment += 0xffff;
        }
        call.event(start + segment, length == 160, 7, false, (length - segment) as u16);
        call.pass(20, false);
    }
    (0..3).for_each(|_| call.event(start + segment, false, 7, true, (length - segment) as u16));
    call.pass(1_500, true);
    let pending = call.a.take_digits();
    let told = done(&mut call.engine, pending);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].duration_ms.abs_diff(150_080 / 8) <= 40 && !told[0].end_lost, "{told:?}");
    // Passed on: one press too, in segments that join.
    let events: Vec<_> = call.two.got.iter().filter(|packet| packet.header.payload_type == EVENTS).collect();
    assert_eq!(events.iter().filter(|packet| packet.header.marker).count(), 1);
    let starts = events.iter().map(|packet| packet.header.timestamp).collect::<std::collections::BTreeSet<_>>();
    assert!((2..=4).contains(&starts.len()), "{} segments", starts.len());
    let ended: Vec<_> = events.iter().filter(|packet| packet.payload[1] & 0x80 != 0).collect();
    assert!(ended.iter().all(|end| end.header.timestamp == events.last().unwrap().header.timestamp), "it ends once");
}

#[test]
fn a_peer_whose_list_of_events_cannot_be_read_sends_digits() {
    let manager = CodecManager::default();
    for list in ["15-0", "all", "0-15,", "0-999", ""] {
        let events = CodecCapability::rtpmap(EVENTS, "telephone-event/8000").unwrap().with_fmtp(list);
        let remote = CapabilityList::audio(vec![CodecCapability::static_type(0).unwrap(), events]);
        let result = manager
            .negotiate_codecs(&manager.registry().audio_offer(), &remote, &NegotiationRules::answerer())
            .unwrap();
        assert_eq!(result.notes.is_empty(), list.is_empty(), "{list:?} is told: {:?}", result.notes);
        let params = MediaSessionParams::negotiated(&manager, &result).unwrap();
        let mut call = Call::of(params, with_events(AudioFormat::pcma(), 8_000));
        call.pass(500, true);
        call.press(7, 5);
        call.check("7", list);
    }
}
