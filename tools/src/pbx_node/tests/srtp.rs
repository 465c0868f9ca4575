//! Control: a call between two nodes over SRTP, keys in the SDP or by DTLS, with a plain phone at one end and the echo at the other.

use super::phone::level;
use super::{node, node_of};
use media_core::codec::Law;

#[test]
fn one_leg_is_protected_by_a_handshake_and_the_other_plain() {
    let mut far = node_of("", "[media]\ncodecs = [\"PCMA\"]\n", "127.0.0.1:0");
    let peer = format!("secret = {{ uri = \"sip:echo@{}\", srtp = \"dtls\" }}\n", far.at.sip);
    let mut node = node(&format!("[phones]\n{peer}"));
    let mut alice = node.phone("alice");
    let mut dialog = alice.call("secret");
    // The handshake takes some of the first second.
    alice.talk(&dialog, 900.0, 100, Law::Mu);
    let (heard, _) = alice.talk(&dialog, 900.0, 100, Law::Mu);
    assert!(level(&heard, 900.0).abs() < 1.0, "{}", level(&heard, 900.0));
    node.until(|shown| shown["calls"][0]["legs"][1]["srtp"] == true);
    far.until(|shown| shown["calls"][0]["legs"][0]["srtp"] == true);
    alice.ask(&mut dialog, "BYE", "", "");
    node.stop();
    far.stop();
}

#[test]
fn one_leg_is_protected_and_the_other_plain() {
    let mut far = node_of("", "[media]\ncodecs = [\"PCMA\"]\n", "127.0.0.1:0");
    let peer = |name: &str, srtp| format!("{name} = {{ uri = \"sip:echo@{}\", srtp = {srtp} }}\n", far.at.sip);
    let phones = [peer("secret", true), peer("open", false)].concat();
    let mut node = node(&format!("[phones]\n{phones}"));
    let mut alice = node.phone("alice");
    let mut dialog = alice.call("secret");
    let (heard, _) = alice.talk(&dialog, 900.0, 100, Law::Mu);
    assert!(level(&heard, 900.0).abs() < 1.0, "{}", level(&heard, 900.0));
    let protected = |shown: &serde_json::Value| shown["calls"][0]["legs"][1]["srtp"] == true;
    node.until(protected);
    far.until(|shown| shown["calls"][0]["legs"][0]["srtp"] == true);
    alice.ask(&mut dialog, "BYE", "", "");
    let mut dialog = alice.call("open");
    node.until(|shown| shown["calls"][0]["legs"][1]["srtp"] == false);
    alice.ask(&mut dialog, "BYE", "", "");
    node.stop();
    far.stop();
}
