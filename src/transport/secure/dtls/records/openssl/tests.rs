//! Tests: records by OpenSSL with a peer that has an RSA certificate, and with dimpl: both roles, losses, and what is hostile.

use super::*;
use crate::transport::secure::dtls::keys::keys;
use crate::transport::secure::dtls::records::dimpl;
use crate::transport::secure::{DtlsAssociation, DtlsCertificate, DtlsFingerprint, DtlsNews};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{Ssl, SslContextBuilder, SslMethod, SslOptions, SslVerifyMode};
use openssl::x509::X509;
use std::sync::OnceLock;
use std::time::Instant;

/// A certificate and its key, in DER.
type Made = (Vec<u8>, Vec<u8>);

fn made(key: &PKey<Private>) -> Made {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    (builder.build().to_der().unwrap(), key.private_key_to_pkcs8().unwrap())
}

fn rsa() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| made(&PKey::from_rsa(Rsa::generate(2_048).unwrap()).unwrap()))
}

fn ecdsa() -> Made {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    made(&PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap())
}

fn now() -> MediaTime {
    MediaTime::from_millis(9_000)
}

fn peer(active: bool) -> Records {
    let (certificate, key) = rsa();
    Records::new(&Identity::new(certificate, key).unwrap(), active, now()).unwrap()
}

fn ours(active: bool) -> DtlsAssociation {
    let own = DtlsCertificate::generate().unwrap();
    DtlsAssociation::new(&own, active, Some(DtlsFingerprint::of(&rsa().0)), now()).unwrap()
}

/// What the peer has of it: its profile and material.
type Had = Option<(u16, Vec<u8>)>;

/// One step of both. What each sends comes to the other, but for what is `lost` by its number.
fn step(
    own: &mut DtlsAssociation,
    peer: &mut Records,
    (number, lost, had): (&mut usize, usize, &mut Had),
    at: MediaTime,
) -> (Option<DtlsNews>, Result<(), HandshakeFault>) {
    let (mut sent, mut faults) = (Vec::new(), Ok(()));
    if own.due().is_some_and(|due| due <= at) {
        own.wake(at);
    }
    let news = own.poll(|datagram| sent.push(datagram));
    let arrives = |number: &mut usize| {
        *number += 1;
        *number != lost
    };
    for datagram in sent {
        if arrives(number) {
            faults = faults.and(peer.receive(&datagram, at));
        }
    }
    faults = faults.and(peer.wake(at));
    let mut back = Vec::new();
    peer.poll(|told| match told {
        Told::Send(datagram) => back.push(Box::<[u8]>::from(datagram)),
        Told::Material(profile, material) => *had = Some((profile, material.to_vec())),
        _ => {}
    });
    for datagram in back {
        if arrives(number) {
            own.receive(&datagram, at);
        }
    }
    (news, faults)
}

/// Both until both have keys, with OpenSSL's clock for the lost; how many datagrams it took.
fn shake(active: bool, lost: usize) -> usize {
    let (mut own, mut peer) = (ours(active), peer(!active));
    let (mut number, mut had, begun) = (0, None, Instant::now());
    let mut told = None;
    while begun.elapsed() < Duration::from_secs(20) {
        let at = now() + begun.elapsed();
        let (news, fault) = step(&mut own, &mut peer, (&mut number, lost, &mut had), at);
        assert_eq!(fault, Ok(()), "lost {lost}");
        match news {
            Some(DtlsNews::Keys(ours, theirs)) => told = Some((ours, theirs)),
            None => {}
            other => panic!("{other:?}, lost {lost}"),
        }
        if let (Some(told), Some((profile, material))) = (&told, &had) {
            assert_eq!(*told, keys(*profile, material, active).unwrap());
            return number;
        }
        if lost > 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    panic!("no keys, lost {lost}");
}

#[test]
fn a_peer_with_an_rsa_certificate_is_spoken_to_in_both_roles() {
    for active in [true, false] {
        // Its flight with certificate, or ours, is of two datagrams.
        assert!((6..=10).contains(&shake(active, 0)));
    }
}

/// By the system's clock: OpenSSL waits a second until it sends a flight again.
#[test]
fn whichever_datagram_is_lost_both_have_keys() {
    let lost = |active: bool| (1..=shake(active, 0)).map(move |lost| (active, lost));
    let all: Vec<_> = [true, false].into_iter().flat_map(lost).collect();
    std::thread::scope(|scope| {
        for (active, lost) in all {
            scope.spawn(move || assert!(shake(active, lost) > lost));
        }
    });
}

/// What comes of ours and of whatever else is the peer, with time that does not pass.
fn outcome(own: &mut DtlsAssociation, peer: &mut Records) -> (Vec<DtlsNews>, Result<(), HandshakeFault>) {
    let (mut told, mut fault) = (Vec::new(), Ok(()));
    for _ in 0..20 {
        let (news, failed) = step(own, peer, (&mut 0, 0, &mut None), now());
        told.extend(news);
        fault = fault.and(failed);
    }
    (told, fault)
}

#[test]
fn an_rsa_certificate_of_somebody_else_is_refused() {
    for active in [true, false] {
        let mut own = ours(active);
        own.expect(DtlsCertificate::generate().unwrap().fingerprint());
        let (told, _) = outcome(&mut own, &mut peer(!active));
        assert_eq!(told, [DtlsNews::Failed(HandshakeFault::Fingerprint)]);
    }
}

/// A peer of the test's own making.
fn odd(active: bool, make: impl FnOnce(&mut SslContextBuilder)) -> Records {
    let mut context = SslContextBuilder::new(SslMethod::dtls()).unwrap();
    context.set_verify(SslVerifyMode::NONE);
    context.set_options(SslOptions::NO_QUERY_MTU);
    make(&mut context);
    let mut ssl = Ssl::new(&context.build()).unwrap();
    ssl.set_mtu(1_150).unwrap();
    if active {
        ssl.set_connect_state()
    } else {
        ssl.set_accept_state()
    }
    let stage = Stage::Shaking { until: now() + LIMIT };
    Records { stream: SslStream::new(ssl, Datagrams::default()).unwrap(), stage, looked: now(), closed: false }
}

fn certified(context: &mut SslContextBuilder) {
    context.set_certificate(&X509::from_der(&rsa().0).unwrap()).unwrap();
    context.set_private_key(&PKey::private_key_from_pkcs8(&rsa().1).unwrap()).unwrap();
}

#[test]
fn who_knows_no_srtp_is_told_from_who_has_no_certificate() {
    for active in [true, false] {
        let (told, _) = outcome(&mut ours(active), &mut odd(!active, certified));
        assert_eq!(told, [DtlsNews::Failed(HandshakeFault::NoProfile)], "active: {active}");
    }
    let mut nobody = odd(true, |context| context.set_tlsext_use_srtp("SRTP_AES128_CM_SHA1_80").unwrap());
    let (told, _) = outcome(&mut ours(false), &mut nobody);
    assert_eq!(told, [DtlsNews::Failed(HandshakeFault::Protocol)]);
}

/// A record that looks well: its type, its epoch, its octets.
fn record(kind: u8, epoch: u8, octets: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 99];
    record.extend((octets.len() as u16).to_be_bytes());
    record.extend(octets);
    record
}

/// Octets by chance, as headers have them and not; records of kinds that have no place in a handshake, and ciphers to come.
fn rubbish(seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut random = seed;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize
    };
    (0..600).map(move |n| {
        let mut octets: Vec<u8> = (0..next() % 200).map(|_| next() as u8).collect();
        match n % 4 {
            0 => octets,
            1 => {
                octets.iter_mut().take(1).for_each(|first| *first = 20 + *first % 44);
                octets
            }
            2 => record([23, 24, 25, 63][next() % 4], (next() % 3) as u8, &octets),
            _ => record(22, 1, &octets),
        }
    })
}

#[test]
fn rubbish_before_and_in_a_handshake_changes_nothing() {
    for active in [true, false] {
        let (mut own, mut peer, mut number, mut had) = (ours(active), peer(!active), 0, None);
        let mut told = Vec::new();
        for turn in 0..12 {
            rubbish(turn).for_each(|octets| own.receive(&octets, now()));
            let (news, fault) = step(&mut own, &mut peer, (&mut number, 0, &mut had), now());
            assert_eq!(fault, Ok(()));
            told.extend(news);
        }
        assert!(matches!(told[..], [DtlsNews::Keys(..)]), "{told:?}, active: {active}");
    }
}

#[test]
fn when_all_is_agreed_on_nobody_but_the_peer_ends_it() {
    for active in [true, false] {
        let (mut own, mut peer) = (ours(active), peer(!active));
        assert!(matches!(outcome(&mut own, &mut peer).0[..], [DtlsNews::Keys(..)]));
        let farewell = record(21, 0, &[1, 0]);
        let fatal = record(21, 0, &[2, 40]);
        let hello = record(22, 0, &[1, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
        for octets in rubbish(5).chain([farewell, fatal, hello]) {
            own.receive(&octets, now());
            let mut answers = Vec::new();
            let told = own.poll(|answer| answers.push(answer));
            assert_eq!((told, own.due(), &answers), (None, None, &Vec::new()), "active: {active}, {octets:?}");
        }
        let _ = peer.stream.shutdown();
        assert_eq!(outcome(&mut own, &mut peer).0, [DtlsNews::Closed]);
    }
}

#[test]
fn who_is_told_off_before_it_is_done_fails_by_name() {
    // Handshake failure, and a farewell: nobody can sign either yet, and who has the association begins it anew.
    for alert in [[2, 40], [1, 0]] {
        let mut own = ours(true);
        own.receive(&record(21, 0, &alert), now());
        assert_eq!(own.poll(|_| {}), Some(DtlsNews::Failed(HandshakeFault::Protocol)));
    }
}

#[test]
fn a_first_hello_gets_a_short_answer_and_many_get_no_more_than_wait() {
    let (mut stranger, mut own) = (peer(true), ours(false));
    let mut hello = Vec::new();
    stranger.wake(now()).unwrap();
    stranger.poll(|told| match told {
        Told::Send(datagram) => hello = datagram.to_vec(),
        other => panic!("{other:?}"),
    });
    let mut answers = Vec::new();
    own.receive(&hello, now());
    own.poll(|answer| answers.push(answer.len()));
    assert!(answers.len() == 1 && answers[0] < hello.len() / 2, "{answers:?} to {}", hello.len());
    for number in 0..500_u16 {
        // Each is a record of its own, which no window drops.
        hello[9..11].copy_from_slice(&(number + 1).to_be_bytes());
        own.receive(&hello, now());
    }
    let mut waiting = 0;
    own.poll(|_| waiting += 1);
    assert!((1..=32).contains(&waiting), "{waiting}");
}

/// Ours, of that certificate, and dimpl's until one of them fails, or both are done and have the same keys.
fn with_dimpl(active: bool, (certificate, key): &Made) -> Result<(), HandshakeFault> {
    let (its_certificate, its_key) = ecdsa();
    let mut ours = Records::new(&Identity::new(certificate, key).unwrap(), active, now()).unwrap();
    let its = dimpl::Identity::new(&its_certificate, &its_key).unwrap();
    let mut other = dimpl::Records::new(&its, !active, now()).unwrap();
    let mut agreed = Vec::new();
    let mut took = |told: Told<'_>, sent: &mut Vec<Vec<u8>>| match told {
        Told::Send(datagram) => sent.push(datagram.to_vec()),
        Told::Material(profile, octets) => agreed.push(keys(profile, octets, true).unwrap()),
        _ => {}
    };
    for _ in 0..20 {
        let (mut sent, mut back) = (Vec::new(), Vec::new());
        ours.wake(now())?;
        ours.poll(|told| took(told, &mut sent));
        other.wake(now())?;
        sent.iter().try_for_each(|datagram| other.receive(datagram, now()))?;
        other.poll(|told| took(told, &mut back));
        back.iter().try_for_each(|datagram| ours.receive(datagram, now()))?;
    }
    assert!(agreed.len() == 2 && agreed[0] == agreed[1], "{agreed:?}");
    Ok(())
}

#[test]
fn dimpl_agrees_on_the_same_keys_and_refuses_who_has_an_rsa_certificate() {
    for active in [true, false] {
        assert_eq!(with_dimpl(active, &ecdsa()), Ok(()));
        assert_eq!(with_dimpl(active, rsa()), Err(HandshakeFault::Protocol), "active: {active}");
    }
}
