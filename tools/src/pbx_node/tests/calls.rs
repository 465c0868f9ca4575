//! Control: phones call each other, rooms and services, and change their calls.

use super::node;
use super::phone::{Dialog, Phone, level};
use media_core::SampleRate;
use media_core::codec::Law;
use media_core::processing::DtmfGenerator;
use rsipstack::sip::{Method, SipMessage};

/// Both talk at once: what each heard.
pub(super) fn both(
    (a, call_a): (&Phone, &Dialog),
    (b, call_b): (&Phone, &Dialog),
    packets: u32,
) -> [(Vec<f32>, Vec<u8>); 2] {
    std::thread::scope(|scope| {
        let other = scope.spawn(|| b.talk(call_b, 700.0, packets, Law::Mu));
        [a.talk(call_a, 1_100.0, packets, Law::Mu), other.join().unwrap()]
    })
}

pub(super) fn connected(a: &mut Phone, b: &mut Phone) -> (Dialog, Dialog) {
    let body = a.description(0, "sendrecv");
    let (calling, cseq) = a.invite(&b.name.clone(), &body);
    let (_, called) = b.is_called("200 OK");
    b.request(Method::Ack);
    let response = a.response(cseq, "INVITE");
    assert_eq!(response.status_code.code(), 200);
    (a.established(calling, &response, ""), called)
}

#[test]
fn two_phones_hear_each_other_and_either_hangs_up() {
    let mut node = node("");
    let (mut alice, mut bob) = (node.phone("alice"), node.phone("bob"));
    for alice_ends in [true, false] {
        let (mut at_alice, mut at_bob) = connected(&mut alice, &mut bob);
        let [(by_alice, _), (by_bob, _)] = both((&alice, &at_alice), (&bob, &at_bob), 75);
        assert!(level(&by_alice, 700.0).abs() < 1.0 && level(&by_bob, 1_100.0).abs() < 1.0);
        assert!(level(&by_alice, 1_100.0) < -30.0, "nobody hears himself");
        if alice_ends {
            assert_eq!(alice.ask(&mut at_alice, "BYE", "", "").status_code.code(), 200);
            bob.is_hung_up();
        } else {
            assert_eq!(bob.ask(&mut at_bob, "BYE", "", "").status_code.code(), 200);
            alice.is_hung_up();
        }
        node.until(|shown| shown["calls"].as_array().is_some_and(Vec::is_empty));
    }
    node.stop();
}

#[test]
fn a_call_that_is_not_answered_ends_for_both() {
    let mut node = node("");
    let (mut alice, mut bob) = (node.phone("alice"), node.phone("bob"));
    let body = alice.description(0, "sendrecv");
    // It rings, and the caller gives up.
    let (_, cseq) = alice.invite("bob", &body);
    let invite = bob.request(Method::Invite);
    bob.reply(&invite, "180 Ringing", "");
    let ringing = alice.receive("180", |message| match message {
        SipMessage::Response(response) if response.status_code.code() == 180 => Some(response.clone()),
        _ => None,
    });
    assert!(ringing.body.is_empty());
    alice.cancel("bob", cseq);
    assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 487);
    let cancel = bob.request(Method::Cancel);
    bob.reply(&cancel, "200 OK", "");
    bob.reply(&invite, "487 Request Terminated", "");
    // The other is busy; or nobody is there; or nothing is in common.
    let (_, cseq) = alice.invite("bob", &body);
    bob.is_called("486 Busy Here");
    assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 486);
    let (_, cseq) = alice.invite("nobody", &body);
    assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 404);
    for bad in [body.replace("AVP 0 101", "AVP 101"), "v=0\r\nnonsense".to_owned(), body.replace("m=audio", "m=video")]
    {
        let (_, cseq) = alice.invite("bob", &bad);
        assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 488, "{bad}");
    }
    node.until(|shown| shown["calls"].as_array().is_some_and(Vec::is_empty));
    node.counts("refused", 4);
    node.stop();
}

#[test]
fn a_call_changes_its_codec_is_held_and_keys_go_through() {
    let mut node = node("");
    let (mut alice, mut bob) = (node.phone("alice"), node.phone("bob"));
    let (mut at_alice, at_bob) = connected(&mut alice, &mut bob);
    // A-law from now on, at Alice's.
    let law = alice.description(8, "sendrecv");
    let answer = alice.ask(&mut at_alice, "INVITE", "", &law);
    assert!(
        answer.status_code.code() == 200 && String::from_utf8_lossy(&answer.body).contains("RTP/AVP 8 "),
        "{answer}"
    );
    let (by_alice, by_bob) = std::thread::scope(|scope| {
        let bob = scope.spawn(|| bob.talk(&at_bob, 700.0, 75, Law::Mu));
        (alice.talk(&at_alice, 1_100.0, 75, Law::A).0, bob.join().unwrap().0)
    });
    assert!(level(&by_alice, 700.0).abs() < 1.0 && level(&by_bob, 1_100.0).abs() < 1.0);
    // On hold the other hears music, and not her; then both hear each other again.
    for (direction, answered, hears) in [("sendonly", "a=recvonly", false), ("sendrecv", "a=sendrecv", true)] {
        let body = alice.description(0, direction);
        let answer = alice.ask(&mut at_alice, "INVITE", "", &body);
        assert!(String::from_utf8_lossy(&answer.body).contains(answered), "{answer}");
        let [_, (by_bob, _)] = both((&alice, &at_alice), (&bob, &at_bob), 75);
        assert_eq!(level(&by_bob, 1_100.0) > -3.0, hears, "{direction}: {}", level(&by_bob, 1_100.0));
    }
    // Feedback that is offered is answered, and spoken; what is not offered any more is neither.
    let feedback = "a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
        a=rtcp-fb:0 transport-cc\r\n";
    for (profile, lines) in [("RTP/AVPF ", feedback), ("RTP/AVP ", "")] {
        let body = alice.description(0, "sendrecv").replace("RTP/AVP ", profile) + lines;
        let answer = alice.ask(&mut at_alice, "INVITE", "", &body);
        let text = String::from_utf8_lossy(&answer.body);
        let lines = ["a=extmap:5 http://www.ietf.org", "a=rtcp-fb:0 transport-cc"].map(|line| text.contains(line));
        assert_eq!(lines, [profile.contains('F'); 2], "{answer}");
        let [_, (by_bob, _)] = both((&alice, &at_alice), (&bob, &at_bob), 75);
        assert!(level(&by_bob, 1_100.0) > -3.0);
        let mut datagram = [0; 400];
        let packet =
            (0..200).find_map(|_| alice.rtp.recv(&mut datagram).ok()).expect("who is connected is sent a stream");
        let number = media_core::rtp::extension_element(&datagram[..packet], 5);
        assert_eq!(number.is_some(), profile.contains('F'));
    }
    // What cannot be leaves the call as it was.
    let bad = alice.description(0, "sendrecv").replace("AVP 0 101", "AVP 101");
    assert_eq!(alice.ask(&mut at_alice, "INVITE", "", &bad).status_code.code(), 488);
    // A key by INFO arrives as an event.
    let (_, digits) = std::thread::scope(|scope| {
        let bob = scope.spawn(|| bob.talk(&at_bob, 700.0, 75, Law::Mu));
        let info = alice.ask(&mut at_alice, "INFO", "", "Signal=7\r\nDuration=160\r\n");
        assert_eq!(info.status_code.code(), 200);
        bob.join().unwrap()
    });
    assert_eq!(digits, [7]);
    alice.ask(&mut at_alice, "BYE", "", "");
    bob.is_hung_up();
    node.stop();
}

#[test]
fn keys_in_the_audio_arrive_as_events() {
    let mut node = node("");
    let (mut alice, mut bob) = (node.phone("alice"), node.phone("bob"));
    // Her phone knows no events.
    let body = alice.description(0, "sendrecv").replace(" 101\r\na=rtpmap:101 telephone-event/8000", "");
    let (calling, cseq) = alice.invite("bob", &body);
    let (_, at_bob) = bob.is_called("200 OK");
    let response = alice.response(cseq, "INVITE");
    let at_alice = alice.established(calling, &response, "");
    let mut keys = DtmfGenerator::new(SampleRate::Hz8000);
    let sound = move |n: u32| {
        let key = match n {
            20..26 => Some(b'4'),
            40..46 => Some(b'#'),
            _ => None,
        };
        let mut pcm = vec![0.0; 160];
        pcm.chunks_mut(80).for_each(|block| keys.add(block, key, 0.0));
        pcm
    };
    let (_, digits) = std::thread::scope(|scope| {
        let bob = scope.spawn(|| bob.talk(&at_bob, 700.0, 90, Law::Mu));
        alice.say(&at_alice, Law::Mu, 0..80, sound, |_| Some(0));
        bob.join().unwrap()
    });
    assert_eq!(digits, [4, 11]);
    node.stop();
}

#[test]
fn an_offer_may_come_late() {
    let mut node = node("");
    let mut alice = node.phone("alice");
    let (dialog, cseq) = alice.invite("echo", "");
    let response = alice.response(cseq, "INVITE");
    let ours = alice.description(0, "sendrecv");
    let mut dialog = alice.established(dialog, &response, &ours);
    let (heard, _) = alice.talk(&dialog, 900.0, 75, Law::Mu);
    assert!(level(&heard, 900.0).abs() < 1.0, "{}", level(&heard, 900.0));
    alice.ask(&mut dialog, "BYE", "", "");
    node.stop();
}

#[test]
fn three_in_a_room_hear_the_others_and_the_end_of_the_node_ends_calls() {
    let mut node = node("");
    let mut phones = ["alice", "bob", "carol"].map(|name| node.phone(name));
    let dialogs: Vec<_> = phones.iter_mut().map(|phone| phone.call("conf-x")).collect();
    let hz = [700.0, 900.0, 1_100.0];
    let heard: Vec<_> = std::thread::scope(|scope| {
        let talks: Vec<_> = (0..3)
            .map(|n| {
                let (phone, dialog) = (&phones[n], &dialogs[n]);
                scope.spawn(move || phone.talk(dialog, hz[n], 100, Law::Mu).0)
            })
            .collect();
        talks.into_iter().map(|talk| talk.join().unwrap()).collect()
    });
    for (n, heard) in heard.iter().enumerate() {
        for (other, hz) in hz.iter().enumerate() {
            assert_eq!(level(heard, *hz) > -2.0, other != n, "{n} hears {other}: {}", level(heard, *hz));
        }
    }
    node.until(|shown| shown["rooms"][0][1] == 3);
    std::thread::scope(|scope| {
        let phones = scope.spawn(|| phones.iter_mut().for_each(Phone::is_hung_up));
        node.stop();
        phones.join().unwrap();
    });
}

#[test]
fn the_menu_leads_on_and_a_recording_is_there() {
    let mut node = node("");
    let mut alice = node.phone("alice");
    let mut dialog = alice.call("play");
    let (melody, _) = alice.talk(&dialog, 900.0, 25, Law::Mu);
    assert!(melody.iter().any(|x| x.abs() > 0.05), "an announcement");
    alice.ask(&mut dialog, "INFO", "", "Signal=3\r\n");
    // The tone, then two seconds, and the key that ends it; it is played back, and the node hangs up.
    alice.talk(&dialog, 900.0, 150, Law::Mu);
    alice.ask(&mut dialog, "INFO", "", "Signal=#\r\n");
    let (again, _) = alice.talk(&dialog, 300.0, 60, Law::Mu);
    assert!(level(&again, 900.0) > -2.0, "{}", level(&again, 900.0));
    alice.is_hung_up();
    node.stop();
}
