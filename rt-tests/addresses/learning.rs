//! Control: who is behind a translator is learnt by its packets, whatever their numbers do.

use super::support::phone::{Phone, address, connect, done, pcmu};
use super::{counted, engine, talk};
use media_core::session::{AudioFormat, MediaSessionParams};
use std::net::SocketAddr;

/// A phone at `address(9)`, of whose numbers `bend` makes what it sends.
fn sent_to(signalled: SocketAddr, bend: fn(&mut Phone)) -> usize {
    let mut engine = engine();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(signalled);
    let pending = engine.handle().create_media_session("a", params);
    let a = done(&mut engine, pending);
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    let mut phone = Phone { address: address(9), ..Phone::new(9, &a, 0) };
    for _ in 0..100 {
        talk(&mut engine, &mut [&mut phone, &mut other], 20, &[0x55; 160]);
        bend(&mut phone);
    }
    counted(&mut engine, &mut phone)
}

#[test]
fn a_sender_whose_numbers_stand_still_is_learnt_and_sent_to() {
    // A private address that cannot be reached from here, and hold until an address is learnt.
    for signalled in ["192.168.77.5:4000", "0.0.0.0:4000"] {
        let signalled = signalled.parse().unwrap();
        let steady = sent_to(signalled, |_| ());
        for (what, bend) in [
            ("number", (|phone| phone.next.sequence = 7) as fn(&mut Phone)),
            ("number and timestamp", |phone| (phone.next.sequence, phone.next.timestamp) = (7, 7)),
        ] {
            let stuck = sent_to(signalled, bend);
            assert!(stuck + 5 >= steady, "{what} stuck: {stuck}, else {steady} to {signalled}");
        }
    }
}

#[test]
fn a_phone_that_moves_and_whose_numbers_stand_still_is_followed() {
    let mut engine = engine();
    let (a, _) = connect(&mut engine, 1, MediaSessionParams::new(AudioFormat::pcmu()));
    let (b, mut other) = pcmu(&mut engine, 2);
    let bridged = engine.handle().bridge(&a, &b);
    done(&mut engine, bridged);
    // Another port of the signalled host, as a translator gives it.
    let mut phone = Phone { address: SocketAddr::new(address(1).ip(), 5_555), ..Phone::new(1, &a, 0) };
    for _ in 0..100 {
        phone.next.sequence = 7;
        talk(&mut engine, &mut [&mut phone, &mut other], 20, &[0x55; 160]);
    }
    assert!(counted(&mut engine, &mut phone) > 85);
    // And copies that the network makes of one stray packet of another host are no phone.
    let mut stray = Phone { address: address(66), ..Phone::new(66, &a, 0) };
    for _ in 0..20 {
        let (now, header) = (engine.now(), stray.next);
        stray.post(&mut engine.network, now, header, &[0x55; 160]);
    }
    talk(&mut engine, &mut [&mut other], 1_000, &[0x55; 160]);
    assert_eq!(counted(&mut engine, &mut stray), 0);
}
