//! Boundary: full queues, malformed packets and floods: what they cost the others.

use super::*;

#[test]
fn a_full_request_queue_answers_busy_at_once() {
    let mut engine = engine(config().request_queue(16usize));
    let a = create(&mut engine, "a").unwrap();
    let mut pending: Vec<_> = (0..20).map(|_| a.statistics()).collect();
    let answers: Vec<_> = pending.iter_mut().map(|p| p.poll_now()).collect();
    assert!(answers[..16].iter().all(Option::is_none), "sixteen wait");
    assert!(answers[16..].iter().all(|answer| *answer == Some(Err(EngineError::Busy.into()))), "{answers:?}");
    for pending in pending.drain(..16) {
        done(&mut engine, pending);
    }
    done(&mut engine, a.statistics());
}

/// One session in a bridge, and its phone.
fn bridged(engine: &mut VirtualEngine) -> (MediaSessionHandle, Phone, Phone) {
    let (a, phone_a) = pcmu(engine, 1);
    let (b, phone_b) = connect(engine, 2, MediaSessionParams::new(AudioFormat::pcma()));
    let pending = engine.handle().bridge(&a, &b);
    done(engine, pending);
    (a, phone_a, phone_b)
}

#[test]
fn malformed_packets_are_counted_by_kind() {
    let mut engine = engine(config());
    let (a, mut phone, mut other) = bridged(&mut engine);
    let mut good = vec![0; 172];
    media_core::rtp::write(&phone.next, &[0x55; 160], &mut good).unwrap();
    let with = |at: usize, octet: u8| {
        let mut packet = good.clone();
        packet[at] = octet;
        packet
    };
    let bad = [
        (vec![], RtpFault::Empty),
        (good[..11].to_vec(), RtpFault::TooShort),
        (with(0, 0x50), RtpFault::BadVersion),
        (good[..20].iter().enumerate().map(|(i, o)| if i == 0 { 0x8f } else { *o }).collect(), RtpFault::BadCsrc),
        (good[..14].iter().enumerate().map(|(i, o)| if i == 0 { 0x90 } else { *o }).collect(), RtpFault::BadExtension),
        (vec![0; 4], RtpFault::KeepAlive),
        (with(0, 0x01), RtpFault::Stun),
        (with(0, 22), RtpFault::Dtls),
    ];
    for round in 1..=3 {
        for (datagram, kind) in &bad {
            let kind_of = media_core::rtp::parse(datagram).unwrap_err();
            assert_eq!(kind_of, *kind);
            let now = engine.now();
            engine.network.send(phone.address, phone.peer, datagram, now);
        }
        let now = engine.now();
        engine.network.send(phone.address, phone.peer, &vec![0x80; media_core::rtp::MAX_PACKET + 1], now);
        engine.network.send(phone.address, phone.peer, &with(1, 200), now);
        engine.tick();
        let counted = done(&mut engine, a.transport_statistics());
        for (datagram, _) in &bad {
            let kind = media_core::rtp::parse(datagram).unwrap_err();
            assert_eq!(counted.faults(kind), round, "{kind:?}");
        }
        assert_eq!((counted.oversized, counted.rtcp_in, counted.packets_in), (round, round, 0));
        assert_eq!(counted.datagrams_in, round * (bad.len() as u64 + 2), "every datagram is counted once");
    }
    // Well-formed, but of no use: another payload type, an empty payload; a payload of 150 ms is played.
    let now = engine.now();
    let mut stranger = phone.next;
    stranger.payload_type = 96;
    phone.post(&mut engine.network, now, stranger, &[0; 160]);
    phone.send(&mut engine.network, now, &[]);
    phone.send(&mut engine.network, now, &[0; 1_200]);
    engine.run_for(Duration::from_millis(50));
    let counted = done(&mut engine, a.statistics());
    let odd = (counted.unknown_payload_type, counted.empty_packets, counted.bad_payload);
    assert_eq!(odd, (1, 1, 0), "{counted}");
    // And the call works.
    talk_works(&mut engine, &mut phone, &mut other);
}

fn talk_works(engine: &mut VirtualEngine, phone: &mut Phone, other: &mut Phone) {
    other.listen(&mut engine.network);
    other.got.clear();
    for _ in 0..50 {
        let now = engine.now();
        phone.send(&mut engine.network, now, &[0x55; 160]);
        engine.tick();
        engine.tick();
    }
    other.listen(&mut engine.network);
    assert!(other.got.len() > 40, "{} packets", other.got.len());
}

/// 200,000 packets a second to one phone's port, from its own address, beside 50 calls: nobody else loses one, in rings of
/// the least size.
#[test]
fn a_flooded_port_costs_the_others_nothing() {
    let config = MediaEngineConfig::default().max_sessions(64usize).workers(1usize).ring_octets(65_536usize);
    let mut engine = engine(config);
    let mut calls: Vec<_> = (1..=51).map(|number| pcmu(&mut engine, number)).collect();
    for pair in calls[1..].chunks_exact(2) {
        let pending = engine.handle().bridge(&pair[0].0, &pair[1].0);
        done(&mut engine, pending);
    }
    let mut sent = 0;
    for tick in 0..100 {
        let now = engine.now();
        let (flooded, others) = calls.split_first_mut().unwrap();
        for _ in 0..2_000 {
            flooded.1.send(&mut engine.network, now, &[0x55; 160]);
        }
        if tick % 2 == 0 {
            sent += 1;
            others.iter_mut().for_each(|(_, phone)| phone.send(&mut engine.network, now, &[0x90; 160]));
        }
        engine.tick();
        calls.iter_mut().for_each(|(_, phone)| phone.listen(&mut engine.network));
    }
    engine.tick();
    for (n, (session, _)) in calls.iter().enumerate() {
        let port = done(&mut engine, session.transport_statistics());
        let leg = done(&mut engine, session.statistics());
        let bounded = 128 + 1_000;
        match n {
            0 => {
                assert_eq!((port.datagrams_in, port.ring_full), (200_000, 0));
                assert!(port.flooded >= 200_000 - bounded && port.packets_in + port.flooded == 200_000, "{port:?}");
            }
            _ => {
                assert_eq!((port.packets_in, port.flooded, port.ring_full), (sent, 0, 0), "{n}: {port:?}");
                assert_eq!((leg.packets_in, leg.no_slot, leg.lost, leg.late), (sent, 0, 0, 0), "{n}: {leg:?}");
            }
        }
    }
    assert!(engine.stop());
}

#[test]
fn a_flood_of_noise_ends_nothing() {
    let mut engine = engine(config());
    let (a, mut phone, mut other) = bridged(&mut engine);
    let mut random = Random(5);
    talk_works(&mut engine, &mut phone, &mut other);
    let mut sent = 0;
    for round in 0..400 {
        let now = engine.now();
        for _ in 0..25 {
            let length = random.below(1_600);
            let mut noise = random.octets(length);
            // Half of it gets past the version check, and some of that has our payload type.
            if let [first, second, ..] = &mut noise[..]
                && round % 2 == 0
            {
                (*first, *second) = (0x80, *second & 0x83);
            }
            engine.network.send(phone.address, phone.peer, &noise, now);
            sent += 1;
        }
        engine.tick();
    }
    let counted = done(&mut engine, a.transport_statistics());
    let faults: u64 = RtpFault::ALL.iter().map(|kind| counted.faults(*kind)).sum();
    let told = counted.packets_in
        + counted.ring_full
        + counted.flooded
        + counted.refused
        + counted.rtcp_in
        + counted.oversized
        + faults;
    assert_eq!((counted.datagrams_in, told), (sent + 50, sent + 50), "each is counted, once: {counted:?}");
    talk_works(&mut engine, &mut phone, &mut other);
    assert!(engine.stop());
}
