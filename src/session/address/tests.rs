//! Pure: which addresses a peer can have.

use super::*;

#[test]
fn what_cannot_be_a_peer_is_refused_by_name() {
    let local = |of: &str| -> SocketAddr { of.parse().unwrap() };
    let (v4, v6) = (local("198.18.0.1:4000"), local("[2001:db8::1]:4000"));
    let any = local("0.0.0.0:4000");
    for (remote, local, expected) in [
        ("192.0.2.1:4000", v4, None),
        ("0.0.0.0:4000", v4, None),
        ("[::]:4000", v4, None),
        ("192.0.2.1:0", v4, Some(AddressFault::NoMedia)),
        ("0.0.0.0:0", v4, Some(AddressFault::NoMedia)),
        ("224.0.0.1:4000", v4, Some(AddressFault::Multicast)),
        ("239.255.1.1:4000", v4, Some(AddressFault::Multicast)),
        ("[ff02::1]:4000", v6, Some(AddressFault::Multicast)),
        ("255.255.255.255:4000", v4, Some(AddressFault::Broadcast)),
        ("0.1.2.3:4000", v4, Some(AddressFault::Reserved)),
        ("250.1.2.3:4000", v4, Some(AddressFault::Reserved)),
        ("[2001:db8::2]:4000", v4, Some(AddressFault::Family)),
        ("192.0.2.1:4000", v6, Some(AddressFault::Family)),
        ("[::ffff:192.0.2.1]:4000", v4, Some(AddressFault::Mapped)),
        ("[::ffff:192.0.2.1]:4000", v6, Some(AddressFault::Mapped)),
        ("[::ffff:224.0.0.1]:4000", v6, Some(AddressFault::Mapped)),
        ("198.18.0.1:4000", v4, Some(AddressFault::OwnPort)),
        ("198.18.0.1:4001", v4, Some(AddressFault::OwnPort)),
        ("198.18.0.1:4002", v4, None),
        ("[2001:db8::1]:4000", v6, Some(AddressFault::OwnPort)),
        ("127.0.0.1:4000", any, Some(AddressFault::OwnPort)),
        ("127.0.0.1:5000", any, None),
        ("192.0.2.1:4000", any, None),
    ] {
        assert_eq!(fault(remote.parse().unwrap(), Own::of(local, false)), expected, "{remote} at {local}");
    }
    let muxed = Own::of(v4, true);
    assert_eq!(fault(local("198.18.0.1:4001"), muxed), None, "the port above is another session's");
    assert_eq!(fault(v4, muxed), Some(AddressFault::OwnPort));
}

#[test]
fn a_private_address_is_near_where_ours_is_of_the_same_block() {
    let near = |remote: &str, local: &str| is_near(remote.parse().unwrap(), local.parse().unwrap());
    assert!(near("10.0.0.1:4000", "10.255.255.254:4000") && near("192.168.7.1:4000", "192.168.1.9:4000"));
    assert!(!near("192.168.7.1:4000", "10.0.0.1:4000") && !near("10.0.0.1:4000", "198.51.100.1:4000"));
    assert!(near("127.0.0.1:4000", "0.0.0.0:4000"), "the system's route is asked");
}
