use super::*;
use crate::rt::flight_record::FlightRecord;
use crate::types::LegKey;

fn header(sequence: u16) -> PacketHeader {
    let key = LegKey { index: 7, generation: 3 }.into();
    let time = MediaTime::from_millis(20);
    PacketHeader { key, time, timestamp: 160, ssrc: 9, sequence, payload_type: 8, marker: true }
}

fn drained(rx: &mut FlightRx) -> Vec<u64> {
    let mut all = Vec::new();
    rx.drain(|words| all.extend_from_slice(words));
    all
}

#[test]
fn what_is_noted_is_read() {
    let (mut tx, mut rx) = flight_ring(0, true);
    let payload: Vec<u8> = (0..43).collect();
    tx.tick(TickNumber(5), MediaTime::from_millis(50));
    tx.order(77);
    tx.packet(&header(1), &payload);
    tx.samples(2, &[0.5, -0.5, 0.25]);
    tx.sent(4, &header(2), &payload);
    let words = drained(&mut rx);
    let mut rest = &words[..];
    let mut found = Vec::new();
    while let Some((record, length)) = FlightRecord::first(rest) {
        found.push(record);
        rest = &rest[length..];
    }
    assert!(rest.is_empty());
    let expected = [
        FlightRecord::Tick { number: TickNumber(5), now: MediaTime::from_millis(50), lost: 0 },
        FlightRecord::Order(77),
        FlightRecord::Packet { header: header(1), length: 43, payload: Some(&payload) },
        FlightRecord::Samples { leg: 2, length: 3, samples: Some(&[0.5, -0.5, 0.25]) },
        FlightRecord::Sent(SentPacket::new(4, &header(2), &payload)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn without_payloads_their_length_stays() {
    let (mut tx, mut rx) = flight_ring(0, false);
    tx.packet(&header(1), &[1; 160]);
    tx.samples(2, &[0.5; 80]);
    let words = drained(&mut rx);
    let (packet, length) = FlightRecord::first(&words).unwrap();
    assert_eq!(packet, FlightRecord::Packet { header: header(1), length: 160, payload: None });
    let (samples, _) = FlightRecord::first(&words[length..]).unwrap();
    assert_eq!(samples, FlightRecord::Samples { leg: 2, length: 80, samples: None });
    assert_eq!(words.len(), 7);
}

#[test]
fn what_finds_no_room_is_counted_by_the_next_tick_that_does() {
    let (mut tx, mut rx) = flight_ring(0, true);
    let mut ticks = 0;
    loop {
        tx.tick(TickNumber(ticks), MediaTime::ZERO);
        tx.packet(&header(1), &[1; 1_000]);
        if tx.lost > 0 {
            break;
        }
        ticks += 1;
    }
    assert_eq!(tx.lost, 1, "the packet found no room");
    let before = drained(&mut rx).len();
    tx.tick(TickNumber(ticks + 1), MediaTime::ZERO);
    let words = drained(&mut rx);
    assert!(before > 0);
    let (record, _) = FlightRecord::first(&words).unwrap();
    assert_eq!(record, FlightRecord::Tick { number: TickNumber(ticks + 1), now: MediaTime::ZERO, lost: 1 });
}

#[test]
fn what_follows_a_gap_is_not_taken_for_a_part_of_the_tick_before() {
    let (mut tx, mut rx) = flight_ring(0, true);
    tx.tick(TickNumber(1), MediaTime::ZERO);
    while tx.lost == 0 {
        tx.packet(&header(1), &[1; 1_000]);
    }
    // A short record would find room, and tick 2 finds none: what it took in is not that of tick 1.
    tx.order(7);
    while tx.ring.slots() > 2 {
        let _ = tx.ring.push(0);
    }
    tx.tick(TickNumber(2), MediaTime::ZERO);
    let whole = drained(&mut rx);
    tx.order(8);
    assert!(drained(&mut rx).is_empty());
    tx.tick(TickNumber(3), MediaTime::ZERO);
    tx.order(9);
    let words = drained(&mut rx);
    let (tick, length) = FlightRecord::first(&words).unwrap();
    assert_eq!(tick, FlightRecord::Tick { number: TickNumber(3), now: MediaTime::ZERO, lost: 4 });
    assert_eq!(FlightRecord::first(&words[length..]).unwrap().0, FlightRecord::Order(9));
    assert!(!whole.is_empty());
}
