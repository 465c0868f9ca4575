//! Real-time: payloads that pass undecoded, and the way in and out of it.

use super::*;

#[test]
fn pass_through_hands_on_each_payload_as_it_came() {
    let (mut talk, a, _) = passed(0);
    talk.run(100);
    let early = talk.said[0].len() - 50 * 160;
    talk.said[0].drain(..early);
    talk.run(10);
    let heard = talk.phones[1].heard();
    let expected = &talk.said[0][..50 * 160];
    assert!(heard.windows(expected.len()).any(|w| w == expected), "octet by octet");
    let pending = a.statistics();
    let statistics = talk.ask(pending);
    assert!(statistics.passed_packets > 70 && statistics.passed_packets == statistics.played_packets, "{statistics}");
    assert_eq!(talk.gaps(1), vec![]);
}

/// Sends numbered packets in this order, -1 for a pause of a packet's time, and returns what comes out as (number, step
/// of the sequence number, step of the timestamp, marker).
fn ordered(order: &[i32]) -> Vec<(u8, u16, u32, bool)> {
    let (mut talk, ..) = passed(80);
    talk.run(40);
    while talk.ticks % 2 == 1 {
        talk.tick();
    }
    let phone = &talk.phones[0];
    let next = phone.next;
    let mut packets: Vec<Packet> = Vec::new();
    for tick in 0..order.len() * 2 + 30 {
        let now = talk.engine.now();
        if let (0, Some(&number)) = (tick % 2, order.get(tick / 2))
            && number >= 0
        {
            let mut header = next;
            header.sequence = next.sequence.wrapping_add(number as u16);
            header.timestamp = next.timestamp.wrapping_add(number as u32 * 160);
            talk.phones[0].post(&mut talk.engine.network, now, header, &[number as u8; 160]);
        }
        talk.engine.tick();
        talk.phones[1].listen(&mut talk.engine.network);
    }
    packets.append(&mut talk.phones[1].got);
    let first = packets.iter().position(|p| p.payload == [0; 160]).expect("the first packet comes out");
    packets[first - 1..]
        .windows(2)
        .filter(|p| p[1].payload.iter().all(|o| *o == p[1].payload[0]))
        .map(|p| {
            let step = p[1].header.timestamp.wrapping_sub(p[0].header.timestamp);
            let sequence = p[1].header.sequence.wrapping_sub(p[0].header.sequence);
            (p[1].payload[0], sequence, step, p[1].header.marker)
        })
        .collect()
}

#[test]
fn pass_through_orders_and_drops_duplicates() {
    let straight: Vec<_> = (0..10).map(|n| (n, 1, 160, false)).collect();
    assert_eq!(ordered(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), straight);
    assert_eq!(ordered(&[0, 1, 3, 2, 4, 6, 5, 7, 8, 9]), straight, "reordered");
    assert_eq!(ordered(&[0, 1, 2, 4, 3, 4, 5, 5, 6, 7, 8, 9])[..9], straight[..9], "duplicated");
}

#[test]
fn inward_loss_leaves_an_equal_gap() {
    let heard = ordered(&[0, 1, 2, -1, 4, 5, -1, -1, 8, 9]);
    let expected = [
        (0, 1, 160, false),
        (1, 1, 160, false),
        (2, 1, 160, false),
        (4, 2, 320, false),
        (5, 1, 160, false),
        (8, 3, 480, false),
        (9, 1, 160, false),
    ];
    assert_eq!(heard, expected);
}

/// Switches something on and off again that needs the audio; returns the packets passed meanwhile, and afterwards.
fn switched(
    on: impl Fn(&mut Talk, &MediaSessionHandle) -> Box<dyn std::any::Any>,
    off: impl Fn(&mut Talk, &MediaSessionHandle, Box<dyn std::any::Any>),
) -> (u64, u64) {
    let (mut talk, a, _) = passed(0);
    // At each phase of a packet.
    let (mut during, mut after) = (0, 0);
    for phase in 0..4 {
        talk.run(40 + phase);
        let kept = on(&mut talk, &a);
        let counted = |talk: &mut Talk| {
            let pending = a.statistics();
            talk.ask(pending).passed_packets
        };
        talk.run(4);
        let first = counted(&mut talk);
        talk.run(41 + phase);
        let second = counted(&mut talk);
        off(&mut talk, &a, kept);
        talk.run(10);
        let third = counted(&mut talk);
        talk.run(40);
        during += second - first;
        after += counted(&mut talk) - third;
    }
    assert_eq!(talk.gaps(1), vec![], "not one pause");
    // Silence comes first, until there is something to be heard.
    let silence = |octet: &u8| matches!(octet, 0xd5 | 0x55 | 0xff | 0x7f);
    let heard: Vec<u8> = talk.phones[1].heard().into_iter().skip_while(silence).collect();
    let said = &talk.said[0];
    let at = said.windows(400).position(|w| *w == heard[..400]).expect("what is heard was said");
    let differs = heard.iter().zip(&said[at..]).position(|(heard, said)| heard != said);
    let pending = a.statistics();
    let told = talk.ask(pending);
    assert_eq!(differs, None, "an octet of {} differs: a click; {told}", heard.len());
    (during, after)
}

#[test]
fn a_tap_ends_pass_through_without_a_click() {
    let (during, after) = switched(
        |talk, a| {
            let pending = a.tap();
            Box::new(talk.ask(pending))
        },
        |_, _, tap| drop(tap),
    );
    assert_eq!(during, 0, "a tap needs the audio");
    assert!(after > 60, "without it payloads pass again");
}

#[test]
fn a_meter_ends_pass_through_without_a_click() {
    let set = |on: bool| {
        move |talk: &mut Talk, a: &MediaSessionHandle| {
            let pending = a.set_metering(on);
            talk.ask(pending);
        }
    };
    let (during, after) = switched(
        |talk, a| {
            set(true)(talk, a);
            Box::new(())
        },
        |talk, a, _| set(false)(talk, a),
    );
    assert_eq!(during, 0, "a meter needs the audio");
    assert!(after > 60, "without it payloads pass again");
}

#[test]
fn an_untouched_bridge_passes_all_the_time() {
    let (during, after) = switched(|_, _| Box::new(()), |_, _, _| ());
    assert!(during > 60 && after > 60, "{during} {after}");
}
