//! Tests: DTLS associations against each other: keys, certificates, losses.

use super::*;
use crate::transport::secure::HandshakeFault;
use crate::types::MediaTime;
use std::time::Duration;

struct Pair {
    ends: [DtlsAssociation; 2],
    now: MediaTime,
    /// Its time passes no faster than the system's.
    paced: bool,
}

fn certificate() -> DtlsCertificate {
    DtlsCertificate::generate().unwrap()
}

impl Pair {
    /// A client and a server, each with what it expects of the other.
    fn new(own: [&DtlsCertificate; 2], expected: [Option<DtlsFingerprint>; 2]) -> Self {
        let now = MediaTime::from_millis(77_000);
        let end = |n: usize| DtlsAssociation::new(own[n], n == 0, expected[n], now).unwrap();
        Self { ends: [end(0), end(1)], now, paced: false }
    }

    /// Runs both for so long; `lost` says of each datagram, by its number, whether it is.
    fn run(&mut self, time: Duration, mut lost: impl FnMut(usize) -> bool) -> [Vec<DtlsNews>; 2] {
        let (mut news, mut number, until) = ([Vec::new(), Vec::new()], 0, self.now + time);
        while self.now < until {
            for n in [0, 1] {
                if self.ends[n].due().is_some_and(|due| due <= self.now) {
                    self.ends[n].wake(self.now);
                }
                let mut sent = Vec::new();
                news[n].extend(self.ends[n].poll(|datagram| sent.push(datagram)));
                for datagram in sent {
                    number += 1;
                    if !lost(number) {
                        self.ends[1 - n].receive(&datagram, self.now);
                    }
                }
            }
            self.now += Duration::from_millis(10);
            if self.paced && news.iter().all(|news| !news.is_empty()) {
                break;
            }
            if self.paced {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        news
    }
}

fn agreed(news: &[Vec<DtlsNews>; 2]) {
    let [[DtlsNews::Keys(a, b)], [DtlsNews::Keys(c, d)]] = [&news[0][..], &news[1][..]] else { panic!("{news:?}") };
    assert_eq!((a, b), (d, c), "what one sends under, the other hears");
    assert_ne!(a, b);
}

#[test]
fn both_ends_agree_on_two_keys() {
    let own = [certificate(), certificate()];
    let expected = [Some(own[1].fingerprint()), Some(own[0].fingerprint())];
    let mut pair = Pair::new([&own[0], &own[1]], expected);
    agreed(&pair.run(Duration::from_secs(2), |_| false));
    assert!(pair.ends.iter().all(DtlsAssociation::is_connected));
}

#[test]
fn a_certificate_of_somebody_else_is_refused() {
    let (own, stranger) = ([certificate(), certificate()], certificate());
    let expected = [Some(stranger.fingerprint()), Some(own[0].fingerprint())];
    let news = Pair::new([&own[0], &own[1]], expected).run(Duration::from_secs(2), |_| false);
    assert_eq!(news[0], [DtlsNews::Failed(HandshakeFault::Fingerprint)]);
}

#[test]
fn keys_are_held_back_until_the_fingerprint_is_known() {
    let own = [certificate(), certificate()];
    let mut pair = Pair::new([&own[0], &own[1]], [Some(own[1].fingerprint()), None]);
    let news = pair.run(Duration::from_secs(2), |_| false);
    assert!(news[1].is_empty() && matches!(news[0][..], [DtlsNews::Keys(..)]), "{news:?}");
    pair.ends[1].expect(own[0].fingerprint());
    assert!(matches!(pair.ends[1].poll(|_| {}), Some(DtlsNews::Keys(..))));
    let mut other = Pair::new([&own[0], &own[1]], [Some(own[1].fingerprint()), None]);
    other.run(Duration::from_secs(2), |_| false);
    other.ends[1].expect(own[1].fingerprint());
    assert_eq!(other.ends[1].poll(|_| {}), Some(DtlsNews::Failed(HandshakeFault::Fingerprint)));
}

#[test]
fn whichever_datagram_is_lost_the_handshake_ends_well() {
    let own = [certificate(), certificate()];
    let expected = [Some(own[1].fingerprint()), Some(own[0].fingerprint())];
    let without = |gone: usize| {
        // OpenSSL waits for what was lost by the system's clock.
        let mut pair = Pair { paced: cfg!(feature = "dtls-openssl"), ..Pair::new([&own[0], &own[1]], expected) };
        agreed(&pair.run(Duration::from_secs(20), |number| number == gone));
    };
    std::thread::scope(|scope| (1..10).for_each(|gone| drop(scope.spawn(move || without(gone)))));
}

#[test]
fn who_gets_no_answer_says_so() {
    let own = certificate();
    let mut pair = Pair::new([&own, &own], [Some(own.fingerprint()); 2]);
    let news = pair.run(Duration::from_secs(90), |_| true);
    assert_eq!(news, [vec![DtlsNews::Failed(HandshakeFault::TimedOut)], vec![]]);
}

#[test]
fn any_octets_are_survived() {
    let own = [certificate(), certificate()];
    let expected = [Some(own[1].fingerprint()), Some(own[0].fingerprint())];
    let mut pair = Pair::new([&own[0], &own[1]], expected);
    let mut random = 1_u64;
    for _ in 0..2_000 {
        let mut next = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize
        };
        let mut octets: Vec<u8> = (0..next() % 300).map(|_| next() as u8).collect();
        if let Some(first) = octets.first_mut() {
            *first = 20 + (*first % 44);
        }
        pair.ends[1].receive(&octets, pair.now);
        match pair.ends[1].poll(|_| {}) {
            None => {}
            // Ciphers that nobody can read fill its queue: it is begun anew by who has it.
            Some(DtlsNews::Failed(HandshakeFault::Protocol)) => pair = Pair::new([&own[0], &own[1]], expected),
            other => panic!("{other:?}"),
        }
    }
    agreed(&pair.run(Duration::from_secs(5), |_| false));
}

#[test]
fn a_fingerprint_is_read_as_it_is_written_and_nothing_else_is_one() {
    let own = certificate().fingerprint();
    let text = own.to_string();
    let (hash, octets) = text.split_once(' ').unwrap();
    assert_eq!(DtlsFingerprint::parse(&hash.to_uppercase(), &octets.to_lowercase()), Some(own));
    for (hash, octets) in [("sha-1", octets), ("sha-384", octets), (hash, &octets[3..]), (hash, ""), (hash, "+1:zz")] {
        assert_eq!(DtlsFingerprint::parse(hash, octets), None, "{hash} {octets}");
    }
}
