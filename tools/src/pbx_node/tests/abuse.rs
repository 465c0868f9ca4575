//! Control: strangers, floods and nonsense: refused and counted, and calls go on.

use super::phone::{Phone, level};
use super::{node, node_of};
use media_core::codec::Law;
use rsipstack::sip::SipMessage;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

#[test]
fn without_the_password_nobody_comes_in() {
    let mut node = node("");
    let mut mallory = Phone::new("alice", node.at.sip);
    assert_eq!(mallory.register("guess"), 403);
    let body = mallory.description(0, "sendrecv");
    let (_, cseq) = mallory.invite("echo", &body);
    assert_eq!(mallory.response(cseq, "INVITE").status_code.code(), 403);
    // Who has a name may not speak in another's.
    let mut bob = node.phone("bob");
    bob.name = "alice".into();
    let (_, cseq) = bob.invite("echo", &body);
    assert_eq!(bob.response(cseq, "INVITE").status_code.code(), 403);
    node.until(|shown| shown["phones"] == serde_json::json!([["bob", 1]]));
    node.counts("unauthorized", 3);
    node.stop();
}

#[test]
fn nonsense_and_floods_do_no_harm_to_a_call() {
    let mut node = node("[limits]\nmessages = 100\nburst = 200\n");
    let mut alice = node.phone("alice");
    let mut dialog = alice.call("echo");
    let flood = UdpSocket::bind("127.0.0.2:0").unwrap();
    let sent: u64 = 3_000;
    let whole = "INVITE sip:echo@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKx\r\nFrom: <sip:x@y>;tag=z\r\n\
        To: <sip:echo@127.0.0.1>\r\nCall-ID: f\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
    let (heard, _) = std::thread::scope(|scope| {
        let talk = scope.spawn(|| alice.talk(&dialog, 900.0, 100, Law::Mu));
        let mut random = 1_u32;
        for n in 0..sent {
            let mut octets = whole.as_bytes().to_vec();
            for _ in 0..n % 8 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let place = random as usize % octets.len();
                octets[place] = (random >> 16) as u8;
            }
            octets.truncate(octets.len() - (random as usize % 64) * usize::from(n % 3 == 0));
            flood.send_to(&octets, node.at.sip).unwrap();
            if n % 100 == 99 {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        }
        // RTP of a stranger, to the call's own port.
        for n in 0..100 {
            flood.send_to(&[0x80, 0, 0, n, 0, 0, 0, 0, 1, 1, 1, 1, 255, 255], dialog.media).unwrap();
        }
        talk.join().unwrap()
    });
    assert!(level(&heard, 900.0).abs() < 1.0, "{}", level(&heard, 900.0));
    node.until(|shown| shown["counts"][1][1].as_u64().unwrap_or_default() > 300);
    // Its own messages, of any kind, are still understood.
    assert_eq!(alice.ask(&mut dialog, "OPTIONS", "", "").status_code.code(), 200);
    assert_eq!(alice.ask(&mut dialog, "BYE", "", "").status_code.code(), 200);
    node.stop();
}

#[test]
fn nodes_that_call_each_other_in_a_circle_come_to_an_end() {
    // It calls itself: each hand leaves one hop fewer.
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let circle = format!("[phones]\nround = {{ uri = \"sip:round@{free}\" }}\n");
    let mut node = node_of("", &circle, &free.to_string());
    let mut alice = Phone::new("alice", node.at.sip);
    let body = alice.description(0, "sendrecv");
    let (_, cseq) = alice.invite("round", &body);
    assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 483);
    node.until(|shown| shown["calls"].as_array().is_some_and(Vec::is_empty));
    node.counts("calls", 70);
    let name = "x".repeat(65);
    let (_, cseq) = alice.invite(&name, &body);
    assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 414);
    node.stop();
}

#[test]
fn as_many_calls_as_there_may_be_and_no_more() {
    let mut node = node("[media]\ncalls = 2\n");
    let mut alice = node.phone("alice");
    let mut calls: Vec<_> = (0..2).map(|_| alice.call("conf-x")).collect();
    node.until(|shown| shown["calls"].as_array().is_some_and(|calls| calls.len() == 2));
    let body = alice.description(0, "sendrecv");
    let (_, cseq) = alice.invite("conf-x", &body);
    assert_eq!(alice.response(cseq, "INVITE").status_code.code(), 503);
    calls.iter_mut().for_each(|call| assert_eq!(alice.ask(call, "BYE", "", "").status_code.code(), 200));
    node.until(|shown| shown["calls"].as_array().is_some_and(Vec::is_empty));
    alice.call("conf-x");
    node.stop();
}

#[test]
fn requests_that_belong_to_nothing_are_answered_by_their_names() {
    let mut node = node("");
    let mut alice = node.phone("alice");
    let request = |method: &str, tag: &str, more: &str| {
        format!(
            "{method} sip:{0} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{method}{tag};rport\r\nFrom: <sip:alice@{0}>;tag=q\r\n\
             To: <sip:x@{0}>{tag}\r\nCall-ID: other-{method}\r\nCSeq: 7 {method}\r\n{more}Content-Length: 0\r\n\r\n",
            node.at.sip
        )
    };
    for (method, tag, status) in
        [("OPTIONS", "", 200), ("BYE", ";tag=z", 481), ("INFO", ";tag=z", 481), ("SUBSCRIBE", "", 405)]
    {
        alice.send(&request(method, tag, ""));
        let response = alice.receive(method, |message| match message {
            SipMessage::Response(response) if response.to_string().contains(&format!("CSeq: 7 {method}")) => {
                Some(response.clone())
            }
            _ => None,
        });
        assert_eq!(response.status_code.code(), status, "{method}");
    }
    node.stop();
}

/// A connection from that address; whether it is still open, and understood, after one request.
fn connected(from: &str, node: SocketAddr) -> Option<TcpStream> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&format!("{from}:0").parse::<SocketAddr>().unwrap().into()).unwrap();
    socket.connect(&node.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let port = stream.local_addr().unwrap().port();
    let request = format!(
        "OPTIONS sip:{node} SIP/2.0\r\nVia: SIP/2.0/TCP {from}:{port};branch=z9hG4bK{port}\r\nFrom: <sip:a@{from}>;tag=t{port}\r\n\
         To: <sip:{node}>\r\nCall-ID: tcp-{port}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    );
    let mut answer = [0; 2_048];
    let length = stream.write_all(request.as_bytes()).and_then(|()| stream.read(&mut answer)).unwrap_or(0);
    answer[..length].starts_with(b"SIP/2.0 200 ").then_some(stream)
}

#[test]
fn one_address_cannot_take_all_connections_and_those_that_end_make_room() {
    let mut node = node("[limits]\nconnections = 12\nconnections_of_one = 8\n");
    let flood: Vec<_> = (0..30).filter_map(|_| connected("127.0.0.2", node.at.sip)).collect();
    assert_eq!(flood.len(), 8);
    node.counts("refused_connections", 22);
    let phones: Vec<_> = (0..6).filter_map(|_| connected("127.0.0.1", node.at.sip)).collect();
    assert_eq!(phones.len(), 4, "of twelve in all");
    // Whoever calls by UDP does not notice.
    let mut alice = node.phone("alice");
    let mut dialog = alice.call("echo");
    assert_eq!(alice.ask(&mut dialog, "BYE", "", "").status_code.code(), 200);
    drop((flood, phones));
    let again = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        connected("127.0.0.2", node.at.sip)
    });
    assert!(again.is_some(), "connections that ended hold no place");
    node.stop();
}

#[test]
fn a_port_of_tcp_that_another_holds_is_told_before_anything_runs() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = held.local_addr().unwrap();
    let config = super::Config::parse(&format!("[sip]\nlisten = \"{at}\"\n")).unwrap();
    let why = super::Background::start(super::Config { quiet: true, ..config }).expect_err("the port is held");
    assert!(format!("{why:#}").contains(&format!("sip.listen = {at}: TCP")), "{why:#}");
}

/// What one phone says through a tap on its wire, by whoever stands there.
fn tapped(node: SocketAddr, speaks: impl FnOnce(SocketAddr)) -> Vec<String> {
    let tap = UdpSocket::bind("127.0.0.1:0").unwrap();
    tap.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let (over, at) = (std::sync::atomic::AtomicBool::new(false), tap.local_addr().unwrap());
    std::thread::scope(|scope| {
        let listens = scope.spawn(|| {
            let (mut heard, mut phone, mut octets) = (Vec::new(), None, [0; 4_096]);
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let Ok((length, from)) = tap.recv_from(&mut octets) else { continue };
                let to = if from == node { phone } else { Some(node) };
                if from != node {
                    phone = Some(from);
                    heard.push(String::from_utf8_lossy(&octets[..length]).into_owned());
                }
                tap.send_to(&octets[..length], to.unwrap()).unwrap();
            }
            heard
        });
        speaks(at);
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        listens.join().unwrap()
    })
}

/// A registration with its password's proof, said again by somebody else with his own address in it, would bring him all calls.
#[test]
fn what_was_listened_to_is_no_key() {
    let mut node = node("");
    let said = tapped(node.at.sip, |tap| assert_eq!(Phone::new("alice", tap).register("a"), 200));
    let proof =
        said.iter().rfind(|text| text.contains("Authorization: Digest")).expect("it was asked for its password");
    let mallory = UdpSocket::bind("127.0.0.1:0").unwrap();
    mallory.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let own = mallory.local_addr().unwrap().to_string();
    let lines = proof.lines().map(|line| match line.split_once(' ') {
        Some(("Via:", _)) => format!("Via: SIP/2.0/UDP {own};branch=z9hG4bKmallory;rport\r\n"),
        Some(("Contact:", _)) => format!("Contact: <sip:alice@{own}>\r\n"),
        Some(("Call-ID:", _)) => "Call-ID: mallory\r\n".to_owned(),
        _ => format!("{line}\r\n"),
    });
    mallory.send_to(lines.collect::<String>().as_bytes(), node.at.sip).unwrap();
    let mut octets = [0; 4_096];
    let answer = loop {
        let (length, _) = mallory.recv_from(&mut octets).expect("an answer");
        let answer = String::from_utf8_lossy(&octets[..length]).into_owned();
        if !answer.starts_with("SIP/2.0 1") {
            break answer;
        }
    };
    assert!(answer.starts_with("SIP/2.0 401") && answer.contains("stale=true"), "{answer}");
    node.until(|shown| shown["phones"] == serde_json::json!([["alice", 1]]));
    node.stop();
}
