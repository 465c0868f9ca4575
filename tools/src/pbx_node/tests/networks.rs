//! Control: loss, reordering and an outage between a phone and the node: the call survives, and the page tells how it was.

use super::calls::{both, connected};
use super::node;
use super::phone::level;
use media_core::codec::Law;

/// A share of packets by chance, the same each run.
fn chance(n: u32, percent: u32) -> bool {
    let mixed = (n + 1).wrapping_mul(0x9e37_79b9);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b);
    ((mixed ^ (mixed >> 13)) % 100) < percent
}

#[test]
fn who_is_gone_without_a_word_is_hung_up() {
    let mut node = node("[media]\ntimeout_s = 1\n");
    let (mut alice, mut bob) = (node.phone("alice"), node.phone("bob"));
    let (mut at_alice, at_bob) = connected(&mut alice, &mut bob);
    both((&alice, &at_alice), (&bob, &at_bob), 50);
    // On hold nothing is expected of her.
    let body = alice.description(0, "inactive");
    assert_eq!(alice.ask(&mut at_alice, "INVITE", "", &body).status_code.code(), 200);
    bob.talk(&at_bob, 700.0, 150, Law::Mu);
    node.until(|shown| shown["calls"].as_array().is_some_and(|calls| calls.len() == 1));
    let body = alice.description(0, "sendrecv");
    assert_eq!(alice.ask(&mut at_alice, "INVITE", "", &body).status_code.code(), 200);
    std::thread::scope(|scope| {
        scope.spawn(|| bob.talk(&at_bob, 700.0, 200, Law::Mu));
        alice.is_hung_up();
    });
    bob.is_hung_up();
    node.stop();
}

#[test]
fn a_bad_network_is_told_and_an_outage_is_survived() {
    let mut node = node("");
    let (mut alice, mut bob) = (node.phone("alice"), node.phone("bob"));
    let (at_alice, at_bob) = connected(&mut alice, &mut bob);
    // One packet of ten is lost on Alice's way to us, one of twenty comes behind its next; nothing of Bob's.
    let network = |n| (!chance(n, 10)).then_some(u32::from(chance(n + 10_000, 5)));
    let (by_alice, by_bob) = std::thread::scope(|scope| {
        let bob = scope.spawn(|| bob.talk(&at_bob, 700.0, 400, Law::Mu).0);
        (alice.talk_through(&at_alice, (1_100.0, Law::Mu), 0..400, network).0, bob.join().unwrap())
    });
    assert!(level(&by_alice, 700.0).abs() < 1.0 && level(&by_bob, 1_100.0) > -3.0);
    node.until(|shown| {
        let legs = &shown["calls"][0]["legs"];
        let of = |leg: usize, name: &str| legs[leg][name].as_f64();
        let (Some(bad), Some(good), Some(loss)) = (of(0, "mos"), of(1, "mos"), of(0, "loss")) else { return false };
        (0.05..0.16).contains(&loss) && of(1, "loss") == Some(0.0) && bad + 0.3 < good && good > 4.2
    });
    // Two seconds in which nothing of hers arrives. A second later she is heard as before.
    let outage = |n| (!(450..550).contains(&n)).then_some(0);
    let by_bob = std::thread::scope(|scope| {
        let bob = scope.spawn(|| bob.talk_through(&at_bob, (700.0, Law::Mu), 400..625, |_| Some(0)).0);
        alice.talk_through(&at_alice, (1_100.0, Law::Mu), 400..625, outage);
        bob.join().unwrap()
    });
    // It ended a second and a half before the last packet.
    let gone = by_bob.get(..by_bob.len() - 13_600).unwrap_or_default();
    assert!(level(gone, 1_100.0) < -20.0, "the outage: {}", level(gone, 1_100.0));
    assert!(level(&by_bob, 1_100.0).abs() < 1.0, "after it: {}", level(&by_bob, 1_100.0));
    node.stop();
}
