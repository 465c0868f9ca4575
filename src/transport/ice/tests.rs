//! Tests: the answering end against a whole agent of ICE.

use super::*;
use crate::types::MediaTime;
use is::stun::{StunMessage, StunPacket};
use is::{Candidate, IceAgent, IceCreds, Protocol};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const OURS: &str = "192.0.2.100:20000";
const THEIRS: &str = "192.0.2.1:4000";

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// A browser: the controlling agent.
struct Browser {
    agent: IceAgent,
    base: Instant,
}

impl Browser {
    fn new(own: &IceCredentials, remote: &IceCredentials) -> Self {
        let creds = |c: &IceCredentials| IceCreds { ufrag: c.ufrag().to_owned(), pass: c.password().to_owned() };
        let mut agent = IceAgent::new(creds(own));
        agent.set_controlling(true);
        agent.add_local_candidate(Candidate::host(at(THEIRS), Protocol::Udp).unwrap());
        agent.add_remote_candidate(Candidate::host(at(OURS), Protocol::Udp).unwrap());
        agent.set_remote_credentials(creds(remote));
        Self { agent, base: Instant::now() }
    }

    /// What it sends at a time.
    fn sends(&mut self, now: Duration) -> Vec<Vec<u8>> {
        self.agent.handle_timeout(self.base + now);
        std::iter::from_fn(|| self.agent.poll_transmit()).map(|transmit| Vec::from(transmit.contents)).collect()
    }

    fn receives(&mut self, datagram: &[u8], now: Duration) -> bool {
        let message = StunMessage::parse(datagram).unwrap();
        let packet = StunPacket { proto: Protocol::Udp, source: at(OURS), destination: at(THEIRS), message };
        self.agent.handle_packet(self.base + now, packet)
    }
}

/// Runs both from `from` to `until` milliseconds; the browser is silent where `silent` says so.
fn run(
    lite: &mut IceLite,
    browser: &mut Browser,
    ms: std::ops::Range<u64>,
    silent: impl Fn(u64) -> bool,
) -> Vec<IceNews> {
    let mut news = Vec::new();
    for ms in ms.step_by(10) {
        let now = MediaTime::from_millis(1_000 + ms);
        let sent = if silent(ms) { Vec::new() } else { browser.sends(Duration::from_millis(ms)) };
        for datagram in sent {
            assert!(lite.receive(at(THEIRS), &datagram, now));
        }
        let mut answers = Vec::new();
        news.extend(lite.poll(now, |answer| answers.push(answer)));
        for (to, answer) in answers {
            assert_eq!(to, at(THEIRS));
            browser.receives(&answer, Duration::from_millis(ms));
        }
    }
    news
}

fn pair() -> (IceLite, Browser, IceCredentials) {
    let (own, theirs) = (IceCredentials::generate().unwrap(), IceCredentials::generate().unwrap());
    let lite = IceLite::new(at(OURS), &own, MediaTime::from_millis(1_000)).unwrap();
    (lite, Browser::new(&theirs, &own), theirs)
}

#[test]
fn the_way_that_the_peer_chooses_is_taken() {
    let (mut lite, mut browser, theirs) = pair();
    lite.set_remote(&theirs);
    assert_eq!(lite.chosen(), None);
    let news = run(&mut lite, &mut browser, 0..2_000, |_| false);
    assert_eq!(news, [IceNews::Chosen(at(THEIRS))]);
    assert!(browser.agent.state().is_connected() && lite.knows(at(THEIRS)) && !lite.knows(at("192.0.2.1:4001")));
    assert_eq!(lite.chosen(), Some(at(THEIRS)));
}

#[test]
fn checks_before_the_description_are_answered_when_it_comes() {
    let (mut lite, mut browser, theirs) = pair();
    assert_eq!(run(&mut lite, &mut browser, 0..300, |_| false), []);
    lite.set_remote(&theirs);
    assert_eq!(run(&mut lite, &mut browser, 300..2_000, |_| false), [IceNews::Chosen(at(THEIRS))]);
}

#[test]
fn who_asks_no_more_is_sent_nothing_until_it_asks_again() {
    let (mut lite, mut browser, theirs) = pair();
    lite.set_remote(&theirs);
    let gone = |ms: u64| (5_000..60_000).contains(&ms);
    assert_eq!(run(&mut lite, &mut browser, 0..5_000, gone), [IceNews::Chosen(at(THEIRS))]);
    assert_eq!(run(&mut lite, &mut browser, 5_000..20_000, gone), []);
    assert_eq!(run(&mut lite, &mut browser, 20_000..60_000, gone), [IceNews::ConsentLost]);
    assert_eq!(lite.chosen(), None);
    // Its own agent gave the pair up by then: the same phone, back, with the same credentials.
    let own = browser.agent.remote_credentials().unwrap().clone();
    let mut again = Browser::new(&theirs, &IceCredentials::new(&own.ufrag, &own.pass).unwrap());
    assert_eq!(run(&mut lite, &mut again, 60_000..65_000, |_| false), [IceNews::Chosen(at(THEIRS))]);
}

#[test]
fn a_stranger_without_the_password_is_not_answered() {
    let (mut lite, _, theirs) = pair();
    lite.set_remote(&theirs);
    let wrong = IceCredentials::new(theirs.ufrag(), "aaaaaaaaaaaaaaaaaaaaaaaa").unwrap();
    let mut stranger = Browser::new(&theirs, &wrong);
    let now = MediaTime::from_millis(1_010);
    for datagram in stranger.sends(Duration::ZERO).into_iter().chain(stranger.sends(Duration::from_millis(60))) {
        assert!(!lite.receive(at("203.0.113.9:7"), &datagram, now));
    }
    let mut answers = 0;
    assert_eq!(lite.poll(now, |_| answers += 1), None);
    assert_eq!((answers, lite.knows(at("203.0.113.9:7"))), (0, false));
}

#[test]
fn any_octets_are_survived() {
    let (mut lite, mut browser, theirs) = pair();
    lite.set_remote(&theirs);
    let mut random = 7_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize
    };
    let check = std::iter::repeat_with(|| browser.sends(Duration::from_millis(50))).flatten().next().unwrap();
    for _ in 0..20_000 {
        let mut octets = check.clone();
        octets.truncate(octets.len().saturating_sub(next() % 40));
        for _ in 0..1 + next() % 4 {
            let place = next() % octets.len();
            octets[place] = next() as u8;
        }
        octets[0] &= 3;
        lite.receive(at(THEIRS), &octets, MediaTime::from_millis(1_020));
    }
    lite.poll(MediaTime::from_millis(1_020), |_| {});
}
