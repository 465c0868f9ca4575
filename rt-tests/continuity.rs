//! Outward RTP is one continuous stream whatever happens inward: hold, mute, source changes, wraps, jumps, other peers,
//! skipped ticks. And pass-through: payloads as they came, in order, once, with gaps where something was lost and nowhere
//! else.

mod support;

use media_core::MediaSessionHandle;
use media_core::buffer::JitterConfig;
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, EventKind, MediaSessionParams};
use support::phone::{Packet, Phone, connect, done, pcma, pcmu};
use support::random::Random;
use support::stream::{Gap, check};

/// Two or three phones that talk all the time, each its own endless noise, 20 ms a packet.
struct Talk {
    engine: VirtualEngine,
    phones: Vec<Phone>,
    random: Random,
    said: Vec<Vec<u8>>,
    ticks: u64,
}

impl Talk {
    fn new(engine: VirtualEngine, phones: Vec<Phone>) -> Self {
        let said = vec![Vec::new(); phones.len()];
        Self { engine, phones, random: Random(9), said, ticks: 0 }
    }

    fn noise(&mut self) -> Vec<u8> {
        // Negative zero of µ-law is sent as positive zero when it was decoded: not used here.
        self.random.octets(160).iter().map(|o| if *o == 0x7f { 0xff } else { *o }).collect()
    }

    fn tick(&mut self) {
        let now = self.engine.now();
        if self.ticks.is_multiple_of(2) {
            for at in 0..self.phones.len() {
                let payload = self.noise();
                self.phones[at].send(&mut self.engine.network, now, &payload);
                self.said[at].extend(payload);
            }
        }
        self.ticks += 1;
        self.engine.tick();
        for phone in &mut self.phones {
            phone.listen(&mut self.engine.network);
        }
    }

    fn run(&mut self, ticks: usize) {
        (0..ticks).for_each(|_| self.tick());
    }

    fn ask<T>(&mut self, mut pending: media_core::engine::Pending<T>) -> T {
        loop {
            if let Some(answer) = pending.poll_now() {
                return answer.expect("the request is carried out");
            }
            self.tick();
        }
    }

    fn gaps(&self, phone: usize) -> Vec<Gap> {
        check(&self.phones[phone].got).unwrap_or_else(|broken| panic!("phone {phone}: {broken}"))
    }
}

/// A µ-law and an A-law phone, bridged and talking.
fn transcoded() -> (Talk, MediaSessionHandle, MediaSessionHandle) {
    bridged(&MediaSessionParams::new(AudioFormat::pcmu()), &MediaSessionParams::new(AudioFormat::pcma()))
}

/// Two µ-law phones: payloads pass through.
fn passed(jitter_ms: u16) -> (Talk, MediaSessionHandle, MediaSessionHandle) {
    let mut jitter = JitterConfig::new(8_000);
    jitter.min_delay_ms = jitter_ms;
    let params = MediaSessionParams::new(AudioFormat::pcmu()).jitter(jitter);
    bridged(&params, &params)
}

fn bridged(a: &MediaSessionParams, b: &MediaSessionParams) -> (Talk, MediaSessionHandle, MediaSessionHandle) {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    let (a, phone_a) = connect(&mut engine, 1, a.clone());
    let (b, phone_b) = connect(&mut engine, 2, b.clone());
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let mut talk = Talk::new(engine, vec![phone_a, phone_b]);
    talk.run(50);
    (talk, a, b)
}

#[test]
fn the_check_sees_what_breaks_a_stream() {
    let (mut talk, ..) = transcoded();
    talk.run(50);
    let good = talk.phones[1].got.clone();
    assert_eq!(check(&good), Ok(vec![]));
    let broken = |change: fn(&mut Packet)| {
        let mut packets = good.clone();
        change(&mut packets[20]);
        check(&packets).is_err()
    };
    assert!(broken(|p| p.header.ssrc ^= 1));
    assert!(broken(|p| p.header.sequence ^= 1));
    assert!(broken(|p| p.header.timestamp += 80));
    assert!(broken(|p| p.header.timestamp -= 80));
    let mut late = good.clone();
    for packet in &mut late[20..] {
        packet.header.timestamp += 1_600;
        packet.header.marker = true;
    }
    assert!(check(&late).is_err(), "media time runs ahead");
    let mut lost = good.clone();
    lost.remove(20);
    assert!(check(&lost).is_err());
}

#[test]
fn outward_hold_pauses_the_stream_and_no_more() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        talk.run(50);
        let pending = a.hold_outward();
        talk.ask(pending);
        let before = talk.phones[0].got.len();
        talk.run(50);
        assert!(talk.phones[0].got.len() <= before + 1, "nothing is sent on hold");
        let pending = a.resume_outward();
        talk.ask(pending);
        talk.run(50);
        let gaps = talk.gaps(0);
        assert!(matches!(gaps[..], [Gap { samples: 3_800..4_400, .. }]), "{gaps:?}");
        assert_eq!(talk.gaps(1), vec![], "the other way is untouched");
    }
}

#[test]
fn inward_hold_sends_silence_to_the_other_without_a_pause() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        talk.run(50);
        let pending = a.hold_inward();
        talk.ask(pending);
        talk.run(12);
        let before = talk.phones[1].got.len();
        talk.run(50);
        let silent = |p: &Packet| p.payload.iter().all(|o| matches!(o, 0xd5 | 0x55 | 0xff | 0x7f));
        let held = &talk.phones[1].got[before..];
        assert!(held.len() >= 24, "the stream goes on: {}", held.len());
        assert!(held.iter().all(silent), "nothing is heard of a held source");
        let pending = a.resume_inward();
        talk.ask(pending);
        talk.run(50);
        assert!(!silent(talk.phones[1].got.last().unwrap()));
        let gaps = talk.gaps(1);
        assert!(gaps.iter().all(|gap| gap.samples <= 80), "at most half a packet where payloads pass again: {gaps:?}");
        assert!(gaps.len() <= 1, "{gaps:?}");
        assert_eq!(talk.gaps(0), vec![], "the other way is untouched");
        let pending = a.statistics();
        assert!(talk.ask(pending).held >= 24, "what came on hold is counted");
    }
}

#[test]
fn mute_sends_silence_without_a_pause() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        talk.run(50);
        let pending = a.mute();
        talk.ask(pending);
        talk.run(4);
        let from = talk.phones[1].got.len();
        talk.run(50);
        let muted = talk.phones[1].got[from..].to_vec();
        assert!(muted.len() >= 24);
        let silent = |p: &Packet| p.payload.iter().all(|o| matches!(o, 0xd5 | 0x55 | 0xff | 0x7f));
        assert!(muted.iter().all(silent), "silence is sent");
        let pending = a.unmute();
        talk.ask(pending);
        talk.run(50);
        assert!(!silent(talk.phones[1].got.last().unwrap()));
        assert_eq!(talk.gaps(1), vec![]);
    }
}

#[test]
fn wraps_of_sequence_number_and_timestamp_go_unnoticed() {
    for (mut talk, a, _) in [transcoded(), passed(0)] {
        // A new source near both wraps; from then on nothing may be lost.
        talk.phones[0].next.ssrc += 1;
        talk.phones[0].next.sequence = u16::MAX - 20;
        talk.phones[0].next.timestamp = u32::MAX - 160 * 30;
        talk.run(20);
        let pending = a.statistics();
        let before = talk.ask(pending);
        let from = talk.phones[1].got.len();
        talk.run(100);
        assert!(talk.phones[0].next.sequence < 100 && talk.phones[0].next.timestamp < 160 * 50, "both wrapped");
        let pending = a.statistics();
        let after = talk.ask(pending);
        assert_eq!((before.source_changes, before.lost), (after.source_changes, after.lost));
        assert_eq!((before.concealed_blocks, before.refused), (after.concealed_blocks, after.refused));
        let gaps = talk.gaps(1);
        assert!(gaps.iter().all(|gap| gap.before < from), "{gaps:?} since {from}");
        assert!(talk.phones[1].got.len() >= from + 50);
    }
}

#[test]
fn outward_numbers_wrap_too() {
    // First numbers are random: of so many calls some come to the wrap within these ten seconds.
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 21).unwrap();
    // To bridge them takes seconds, in which keep-alives would be due.
    let params = MediaSessionParams::new(AudioFormat::pcmu()).keep_alive(None);
    let (sessions, phones): (Vec<_>, Vec<_>) = (0..400).map(|n| connect(&mut engine, n, params.clone())).unzip();
    for pair in sessions.chunks(2) {
        done(&mut engine, pair[0].set_metering(pair[0].id().index().is_multiple_of(4)));
        let pending = engine.handle().bridge(&pair[0], &pair[1]);
        done(&mut engine, pending);
    }
    let mut talk = Talk::new(engine, phones);
    talk.run(1_000);
    let wrapped = |phone: &Phone| phone.got.windows(2).any(|p| p[1].header.sequence < p[0].header.sequence);
    assert!(talk.phones.iter().filter(|phone| wrapped(phone)).count() > 0, "none wrapped: choose another seed");
    (0..400).for_each(|phone| assert_eq!(talk.gaps(phone), vec![]));
}

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

#[test]
fn skipped_ticks_are_a_pause_with_a_marker() {
    // A passed payload cannot be cut: there the pause is a whole number of packets.
    for ((mut talk, ..), exact) in [(transcoded(), true), (passed(0), false)] {
        for skip in [1, 2, 3, 5, 19, 20, 50] {
            talk.run(60);
            talk.phones[1].got.clear();
            talk.run(20);
            talk.engine.skip(skip);
            // The senders' time went on as well: what they sent meanwhile arrives at once.
            for _ in 0..skip {
                let now = talk.engine.now();
                if talk.ticks.is_multiple_of(2) {
                    for at in 0..talk.phones.len() {
                        let payload = talk.noise();
                        talk.phones[at].send(&mut talk.engine.network, now, &payload);
                    }
                }
                talk.ticks += 1;
            }
            talk.run(60);
            let gaps = talk.gaps(1);
            let total: u32 = gaps.iter().map(|gap| gap.samples).sum();
            let expected = 80 * skip as u32;
            let least = if exact { expected } else { expected.saturating_sub(160) };
            assert!(total >= least && total <= expected + 480, "{skip} ticks: {gaps:?}");
        }
    }
}

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
