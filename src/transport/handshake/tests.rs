//! Tests: datagrams of handshakes on their way to the supervisor.

use super::*;

const SESSION: SessionId = SessionId { index: 3, generation: 9 };

#[test]
fn a_datagram_arrives_with_its_sender_time_and_octets() {
    let (mut tx, mut rx) = handshake_ring();
    for (from, length) in [("192.0.2.1:4000", 1), ("[2001:db8::7]:65535", 1_200), ("198.51.100.2:1", LONGEST_HANDSHAKE)]
    {
        let from: SocketAddr = from.parse().unwrap();
        let octets: Vec<u8> = (0..length).map(|n| n as u8).collect();
        let datagram =
            HandshakeDatagram { session: SESSION, from, arrival: MediaTime::from_millis(5), octets: &octets };
        assert!(tx.hand_on(datagram));
        assert_eq!(rx.take(), Some(datagram));
    }
    assert_eq!(rx.take(), None);
}

#[test]
fn one_too_long_and_one_too_many_are_refused() {
    let (mut tx, mut rx) = handshake_ring();
    let from = "192.0.2.1:4000".parse().unwrap();
    let long = [0; LONGEST_HANDSHAKE + 1];
    let of = |octets| HandshakeDatagram { session: SESSION, from, arrival: MediaTime::ZERO, octets };
    assert!(!tx.hand_on(of(&long)));
    let taken = (0..10_000).take_while(|_| tx.hand_on(of(&long[..1_200]))).count();
    assert!((100..1_000).contains(&taken), "{taken}");
    assert_eq!(std::iter::from_fn(|| rx.take().map(|datagram| datagram.octets.len())).count(), taken);
}
