//! Control: blind and attended transfers.

use super::calls::{both, connected};
use super::node;
use super::phone::{Phone, level};
use rsipstack::sip::Method;

/// What NOTIFY says of a transfer, until it is over: the last status line.
fn told(phone: &mut Phone) -> String {
    loop {
        let notify = phone.request(Method::Notify);
        phone.reply(&notify, "200 OK", "");
        let line = String::from_utf8_lossy(&notify.body).trim().to_owned();
        if !line.starts_with("SIP/2.0 1") {
            return line;
        }
    }
}

#[test]
fn a_call_is_given_to_somebody_else() {
    let mut node = node("");
    let [mut alice, mut bob, mut carol] = ["alice", "bob", "carol"].map(|name| node.phone(name));
    let (at_alice, mut at_bob) = connected(&mut alice, &mut bob);
    let refer = format!("Refer-To: <sip:carol@{}>\r\n", node.at.sip);
    assert_eq!(bob.ask(&mut at_bob, "REFER", &refer, "").status_code.code(), 202);
    let (_, at_carol) = carol.is_called("200 OK");
    assert!(told(&mut bob).contains(" 200 "));
    bob.is_hung_up();
    let [(by_alice, _), (by_carol, _)] = both((&alice, &at_alice), (&carol, &at_carol), 75);
    assert!(level(&by_alice, 700.0).abs() < 1.0 && level(&by_carol, 1_100.0).abs() < 1.0);
    node.stop();
}

#[test]
fn a_transfer_that_fails_leaves_the_call() {
    let mut node = node("");
    let [mut alice, mut bob, mut carol] = ["alice", "bob", "carol"].map(|name| node.phone(name));
    let (at_alice, mut at_bob) = connected(&mut alice, &mut bob);
    for (to, status) in [("nobody", " 404 "), ("carol", " 486 ")] {
        let refer = format!("Refer-To: <sip:{to}@{}>\r\n", node.at.sip);
        assert_eq!(bob.ask(&mut at_bob, "REFER", &refer, "").status_code.code(), 202);
        if to == "carol" {
            carol.is_called("486 Busy Here");
        }
        let line = told(&mut bob);
        assert!(line.contains(status), "{to}: {line}");
    }
    assert_eq!(bob.ask(&mut at_bob, "REFER", "Refer-To: nonsense:::\r\n", "").status_code.code(), 400);
    let [(by_alice, _), (by_bob, _)] = both((&alice, &at_alice), (&bob, &at_bob), 75);
    assert!(level(&by_alice, 700.0).abs() < 1.0 && level(&by_bob, 1_100.0).abs() < 1.0);
    node.stop();
}

#[test]
fn who_has_spoken_to_both_connects_them() {
    let mut node = node("");
    let [mut alice, mut bob, mut carol] = ["alice", "bob", "carol"].map(|name| node.phone(name));
    let (mut first, at_bob) = connected(&mut alice, &mut bob);
    let (second, at_carol) = connected(&mut alice, &mut carol);
    // One call of hers names the other (RFC 3891): the tags as they are at the node.
    let refer = |call: &str| {
        let tags = format!("to-tag%3D{}%3Bfrom-tag%3D{}", second.theirs, second.ours);
        format!("Refer-To: <sip:carol@{}?Replaces={call}%3B{tags}>\r\n", node.at.sip)
    };
    assert_eq!(alice.ask(&mut first, "REFER", &refer("another"), "").status_code.code(), 202);
    assert!(told(&mut alice).contains(" 481 "), "no such call");
    assert_eq!(alice.ask(&mut first, "REFER", &refer(&second.call), "").status_code.code(), 202);
    assert!(told(&mut alice).contains(" 200 "));
    alice.is_hung_up();
    alice.is_hung_up();
    let [(by_bob, _), (by_carol, _)] = both((&bob, &at_bob), (&carol, &at_carol), 75);
    assert!(level(&by_bob, 700.0).abs() < 1.0 && level(&by_carol, 1_100.0).abs() < 1.0);
    node.stop();
}
