//! Transport-wide feedback in calls (draft-holmer-rmcat-transport-wide-cc-extensions-01): what it says of loss, reordering and delay is
//! what the network did; nothing of it where it was not negotiated; and feedback that lies changes nothing.

use super::agree::trunk;
use super::support::phone::{Phone, connect, done, pcmu};
use super::support::trunk::Trunk;
use super::{above, engine, known, reports, talk};
use media_core::engine::virtual_engine::{Impairment, VirtualEngine};
use media_core::rtp::rtcp::{Feedback, RtcpPacket, RtcpWriter, TransportArrivals, TransportFeedback, read};
use media_core::rtp::{extension_element, write_extended};
use media_core::{
    AudioFormat, MediaEngineConfig, MediaSessionHandle, MediaSessionParams, MediaTime, RtcpParams, TransportReport,
};
use std::time::Duration;

const ID: u8 = 5;

fn numbered() -> RtcpParams {
    RtcpParams::default().transport_wide(Some(ID))
}

/// What the peer said, if anything.
fn told(engine: &mut VirtualEngine, session: &MediaSessionHandle) -> Option<TransportReport> {
    known(engine, session).transport
}

/// A call over a bad network: what the near end was told of its packets, and what the far end counted of the same.
fn over(bad: Impairment, packets: u32) -> (TransportReport, u64, u64) {
    let mut trunk = trunk(MediaSessionParams::new(AudioFormat::pcma()).rtcp(numbered()));
    let Trunk { engine, phone, near, far, .. } = &mut trunk;
    talk(engine, phone, 50, |_| true);
    let (began, heard) = (told(engine, near).unwrap(), known(engine, far).heard);
    engine.network.impairment = bad;
    talk(engine, phone, packets, |_| true);
    // What was lost is known once something came behind it, and what was told of it is here.
    engine.network.impairment = Impairment { delay: bad.delay, ..Impairment::default() };
    talk(engine, phone, 50, |_| true);
    let (report, after) = (told(engine, near).unwrap(), known(engine, far).heard);
    assert_eq!((began.lost, report.refused), (0, 0));
    (report, (after.lost - heard.lost) as u64, after.packets - heard.packets)
}

#[test]
fn the_loss_that_it_tells_is_the_loss_that_was() {
    for (loss, burst, jitter_ms, reorder) in [(0.0, 0.0, 0, 0.0), (0.02, 0.02, 30, 0.0), (0.1, 0.5, 60, 0.05)] {
        let mut bad = Impairment::default();
        (bad.loss, bad.burst, bad.reorder, bad.jitter) = (loss, burst, reorder, Duration::from_millis(jitter_ms));
        bad.delay = Duration::from_millis(40);
        let (report, lost, came) = over(bad, 1_500);
        // Feedback is lost as well, and so is what only that told of: the next tells of what is new. It is lost by the same network.
        let share = report.packets as f64 / (1_550 + 50) as f64;
        let told = report.feedback_in as f64 / (report.feedback_in + report.missing) as f64;
        assert!((share - told).abs() < 0.03 && told > 0.97 - 2.0 * loss, "{report:?}");
        assert_eq!(report.missing == 0, loss == 0.0, "{report:?}");
        if loss == 0.0 {
            assert_eq!((report.lost, lost), (0, 0));
            continue;
        }
        let (rate, was) = (report.lost as f64 / report.packets as f64, lost as f64 / (lost + came) as f64);
        assert!((rate / was - 1.0).abs() < 0.25, "{rate} {was}");
    }
}

/// Where only the way there is bad, each packet is told of, and it is the same to ± 1.
#[test]
fn where_no_feedback_is_lost_each_packet_is_told_of() {
    for (loss, reorder) in [(0.005, 0.0), (0.05, 0.0), (0.2, 0.1)] {
        let mut engine = engine(MediaEngineConfig::default());
        let params = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(numbered());
        let (session, mut phone) = connect(&mut engine, 1, params);
        // Over the wrap of the number.
        let mut sender = Numbered { next: 65_000, sent: 0, lost: 0 };
        let mut random = 3_u32;
        let mut chance = move |share: f64| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(random >> 8) < share * f64::from(1 << 24)
        };
        let mut deferred: Vec<(i32, Vec<u8>)> = Vec::new();
        for n in 0..2_000 {
            let lost = (20..1_900).contains(&n) && chance(loss);
            let datagram = sender.datagram(&mut phone, lost);
            if let Some(datagram) = datagram {
                if (20..1_900).contains(&n) && chance(reorder) {
                    deferred.push((n + 4, datagram));
                } else {
                    send(&mut engine, &phone, &datagram);
                }
            }
            // Some of them after they were told of as lost.
            for (_, datagram) in deferred.extract_if(.., |(due, _)| *due == n) {
                send(&mut engine, &phone, &datagram);
            }
            engine.run_for(Duration::from_millis(20));
        }
        // The last ones are told of when nothing more comes.
        engine.run_for(Duration::from_millis(310));
        let mut fates = std::collections::HashMap::new();
        let mut numbers = Vec::new();
        for (_, datagram) in reports(&mut engine, above(phone.address)) {
            for packet in read(&datagram).flatten() {
                let RtcpPacket::Feedback { media, feedback: Feedback::TransportWide(text), .. } = packet else {
                    continue;
                };
                assert_eq!(media, phone.next.ssrc);
                let feedback = TransportFeedback::read(text).unwrap();
                numbers.push(feedback.number());
                for (sequence, arrival) in feedback.packets() {
                    let came = fates.entry(sequence).or_insert(false);
                    *came |= arrival.is_some();
                }
            }
        }
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)), "{numbers:?}");
        assert!((280..=400).contains(&numbers.len()), "each 100 ms or so: {}", numbers.len());
        let lost = fates.values().filter(|came| !**came).count() as u64;
        assert!(fates.len().abs_diff(2_000) <= 1 && lost.abs_diff(sender.lost) <= 1, "{lost} {sender:?}");
        assert!(sender.lost > 5);
        assert_eq!(known(&mut engine, &session).transport_feedback_out, numbers.len() as u64);
    }
}

/// A sender that numbers its packets.
#[derive(Debug)]
struct Numbered {
    next: u16,
    sent: u64,
    lost: u64,
}

impl Numbered {
    /// The next packet of the phone, unless it is lost.
    fn datagram(&mut self, phone: &mut Phone, lost: bool) -> Option<Vec<u8>> {
        let mut datagram = vec![0; 180];
        let octets = write_extended(&phone.next, (ID, &self.next.to_be_bytes()), &[0x55; 160], &mut datagram).unwrap();
        datagram.truncate(octets);
        phone.next.sequence = phone.next.sequence.wrapping_add(1);
        phone.next.timestamp = phone.next.timestamp.wrapping_add(160);
        (self.next, self.sent, self.lost) = (self.next.wrapping_add(1), self.sent + 1, self.lost + u64::from(lost));
        (!lost).then_some(datagram)
    }
}

fn send(engine: &mut VirtualEngine, phone: &Phone, datagram: &[u8]) {
    let now = engine.now();
    engine.network.send(phone.address, phone.peer, datagram, now);
}

/// A queue that fills by 100 ms a second is seen while it does, by its size, and no more once it is empty; jitter is none.
#[test]
fn a_queue_is_seen_by_how_fast_it_fills() {
    let mut trunk = trunk(MediaSessionParams::new(AudioFormat::pcma()).rtcp(numbered()));
    let Trunk { engine, phone, near, .. } = &mut trunk;
    let delay = |engine: &mut VirtualEngine, ms| engine.network.impairment.delay = Duration::from_millis(ms);
    delay(engine, 40);
    engine.network.impairment.jitter = Duration::from_millis(5);
    talk(engine, phone, 250, |_| true);
    let calm = told(engine, near).unwrap();
    assert!(calm.delay_growth.unwrap().abs() < 8.0 && calm.queue.unwrap() < Duration::from_millis(4), "{calm:?}");
    for n in 0..100 {
        delay(engine, 40 + 2 * n);
        talk(engine, phone, 1, |_| true);
        engine.tick();
    }
    let full = told(engine, near).unwrap();
    assert!((80.0..120.0).contains(&full.delay_growth.unwrap()), "{full:?}");
    assert!((60..200).contains(&(full.queue.unwrap().as_millis() as u64)), "{full:?}");
    delay(engine, 40);
    talk(engine, phone, 100, |_| true);
    let empty = told(engine, near).unwrap();
    assert!(empty.delay_growth.unwrap().abs() < 8.0 && empty.queue.unwrap() < Duration::from_millis(4), "{empty:?}");
}

#[test]
fn nothing_is_numbered_or_told_where_it_was_not_negotiated() {
    for rtcp in [None, Some(RtcpParams::default()), Some(numbered())] {
        let wanted = rtcp.is_some_and(|rtcp| rtcp.transport_wide.is_some());
        let mut engine = engine(MediaEngineConfig::default());
        let (a, mut phone) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()).rtcp(rtcp));
        let (b, mut other) = pcmu(&mut engine, 2);
        let bridge = engine.handle().bridge(&a, &b);
        done(&mut engine, bridge);
        let mut sender = Numbered { next: 9, sent: 0, lost: 0 };
        let mut datagrams = Vec::new();
        for _ in 0..50 {
            let datagram = sender.datagram(&mut phone, false).unwrap();
            send(&mut engine, &phone, &datagram);
            talk(&mut engine, &mut other, 1, |_| true);
            engine.tick();
            datagrams.extend(std::iter::from_fn(|| engine.network.receive(phone.address)).map(|came| came.octets));
        }
        let numbers: Vec<_> = datagrams.iter().map(|datagram| extension_element(datagram, ID)).collect();
        assert!(numbers.len() > 40 && numbers.iter().all(|number| number.is_some() == wanted));
        assert!(datagrams.iter().all(|datagram| datagram.len() == if wanted { 180 } else { 172 }));
        let numbers: Vec<u16> = numbers.into_iter().flatten().map(|n| u16::from_be_bytes([n[0], n[1]])).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)), "{numbers:?}");
        // Nothing that it says is taken either.
        let mut room = [0; 60];
        let base_sequence = numbers.last().copied().unwrap_or(4);
        let lie = TransportArrivals { base_sequence, reference_time: 1, number: 1, deltas: &[Some(1)] };
        let octets = RtcpWriter::new(&mut room).transport_feedback(9, 1, &lie).finish().unwrap();
        let now = engine.now();
        engine.network.send(above(phone.address), above(phone.peer), &room[..octets], now);
        engine.run_for(Duration::from_millis(50));
        let feedback = reports(&mut engine, above(phone.address)).into_iter().map(|(_, datagram)| datagram);
        let feedback =
            feedback.filter(|datagram| datagram.windows(2).any(|pair| pair == [0x8f, 205] || pair == [0xaf, 205]));
        assert_eq!(feedback.count() > 5, wanted);
        let known = known(&mut engine, &a);
        assert_eq!((known.transport.is_some(), known.transport_feedback_out > 5), (wanted, wanted), "{known:?}");
    }
}

/// A phone that is spoken to, and says of that what it likes.
fn spoken() -> (VirtualEngine, MediaSessionHandle, Phone, u16, Vec<MediaTime>) {
    let mut engine = engine(MediaEngineConfig::default());
    let (a, phone) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()).rtcp(numbered()));
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridge = engine.handle().bridge(&a, &b);
    done(&mut engine, bridge);
    talk(&mut engine, &mut other, 100, |_| true);
    let came: Vec<_> = std::iter::from_fn(|| engine.network.receive(phone.address)).collect();
    let first = extension_element(&came[0].octets, ID).unwrap();
    let first = u16::from_be_bytes([first[0], first[1]]);
    (engine, a, phone, first, came.iter().map(|came| came.at).collect())
}

#[test]
fn feedback_that_lies_is_counted_and_changes_nothing() {
    let (mut engine, session, phone, first, times) = spoken();
    let sent = times.len() as u16;
    let say = |engine: &mut VirtualEngine, base_sequence, number, deltas: &[Option<i16>]| {
        let told = TransportArrivals { base_sequence, reference_time: 77, number, deltas };
        let mut room = [0; 2_000];
        let octets =
            RtcpWriter::new(&mut room).receiver_report(9, &[]).transport_feedback(9, 1, &told).finish().unwrap();
        let now = engine.now();
        engine.network.send(above(phone.address), above(phone.peer), &room[..octets], now);
        engine.run_for(Duration::from_millis(20));
    };
    say(&mut engine, first, 0, &[Some(80); 10]);
    let honest = told(&mut engine, &session).unwrap();
    assert_eq!((honest.feedback_in, honest.packets, honest.lost, honest.refused), (1, 10, 0, 0));
    // Not sent yet; further than was sent; before the first; long ago; 500 of 100.
    say(&mut engine, first.wrapping_add(2_000), 1, &[Some(1)]);
    say(&mut engine, first.wrapping_add(sent - 1), 2, &[None; 200]);
    say(&mut engine, first.wrapping_sub(1), 3, &[None]);
    say(&mut engine, first.wrapping_sub(30_000), 4, &[None]);
    say(&mut engine, first, 5, &[None; 500]);
    let mut lied = told(&mut engine, &session).unwrap();
    assert_eq!(std::mem::take(&mut lied.refused), 5);
    assert_eq!(lied, honest);
    // What overlaps and denies what was said tells nothing new.
    say(&mut engine, first, 1, &[None; 10]);
    let denied = told(&mut engine, &session).unwrap();
    assert_eq!((denied.feedback_in, denied.packets, denied.lost), (2, 10, 0));
    // Octets that are no feedback: no text, and a status that is reserved.
    for text in [&[][..], &[0, 1, 0, 7, 0, 0, 0, 0, 0xff, 0xff, 1, 1][..]] {
        let mut datagram = vec![0x8f, 205, 0, 2 + text.len() as u8 / 4, 0, 0, 0, 9, 0, 0, 0, 1];
        datagram.extend(text);
        let now = engine.now();
        engine.network.send(above(phone.address), above(phone.peer), &datagram, now);
    }
    engine.run_for(Duration::from_millis(20));
    assert_eq!(told(&mut engine, &session).unwrap().refused, 7);
    // And still it listens.
    say(&mut engine, first.wrapping_add(10), 2, &[Some(80), None, Some(160)]);
    let after = told(&mut engine, &session).unwrap();
    assert_eq!((after.packets, after.lost, after.missing), (13, 1, 0));
}

#[test]
fn a_number_of_the_extension_that_cannot_be_is_refused_and_one_above_14_is_spoken() {
    let mut engine = engine(MediaEngineConfig::default());
    let wrong = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(RtcpParams::default().transport_wide(Some(0)));
    let refused = engine.handle().create_media_session("wrong", wrong);
    let error = engine.complete(refused).unwrap_err().to_string();
    assert!(error.contains("rtcp.transport_wide") && error.contains("1 to 255"), "{error}");
    let params = MediaSessionParams::new(AudioFormat::pcmu()).rtcp(RtcpParams::default().transport_wide(Some(200)));
    let (a, phone) = connect(&mut engine, 1, params);
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridge = engine.handle().bridge(&a, &b);
    done(&mut engine, bridge);
    talk(&mut engine, &mut other, 20, |_| true);
    let came = engine.network.receive(phone.address).unwrap();
    assert_eq!(extension_element(&came.octets, 200).map(<[u8]>::len), Some(2));
}
