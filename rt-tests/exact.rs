//! What a conference and a bridge put on the wire, octet by octet: each member's payload is the codec's encoding of the
//! exact sum of what the others' payloads decode to, at 16 bits, wherever that sum fits full scale.

mod support;

use media_core::codec::{AudioDecoder, AudioEncoder, G711Decoder, G711Encoder, Law};
use media_core::engine::MediaEngineConfig;
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::types::SampleRate;
use support::phone::{Phone, connect, done};
use support::random::Random;

/// Packets of 20 ms that each party says, all beginning in the same tick.
const PACKETS: usize = 12;

fn law(member: usize) -> Law {
    if member.is_multiple_of(2) { Law::Mu } else { Law::A }
}

fn params(law: Law) -> MediaSessionParams {
    MediaSessionParams::new(if law == Law::Mu { AudioFormat::pcmu() } else { AudioFormat::pcma() })
}

/// The 16-bit value of each code.
fn decoded(law: Law, payload: &[u8]) -> Vec<i32> {
    let mut pcm = vec![0.0; payload.len()];
    G711Decoder::new(law).decode_into(payload, &mut pcm).unwrap();
    pcm.iter().map(|x| (x * 32_768.0) as i32).collect()
}

fn encoded(law: Law, values: &[i32]) -> Vec<u8> {
    let pcm: Vec<f32> = values.iter().map(|&v| v as f32 / 32_768.0).collect();
    let mut payload = vec![0; pcm.len()];
    G711Encoder::new(law).encode_into(&pcm, &mut payload).unwrap();
    payload
}

/// Random codes, and now and then quiet ones, so that sums of many fit as well.
fn said(member: usize, quiet: bool) -> Vec<u8> {
    let mut random = Random(member as u64 * 31 + u64::from(quiet));
    let loud = random.octets(160 * PACKETS);
    if !quiet {
        return loud;
    }
    // The lower segments: up to about 1/64 of full scale.
    let values: Vec<i32> = loud.iter().map(|&o| (i32::from(o) - 128) * 4).collect();
    encoded(law(member), &values)
}

/// Runs a few packets of silence through, as the first of a stream is faded in, the parties' packets, and silence again.
fn talk(engine: &mut VirtualEngine, phones: &mut [Phone], said: &[Vec<u8>]) {
    for tick in 0..PACKETS * 2 + 20 {
        let now = engine.now();
        if tick % 2 == 0 {
            for (at, (phone, said)) in phones.iter_mut().zip(said).enumerate() {
                let silence = [encoded(law(at), &[0])[0]; 160];
                let packet = (tick / 2).checked_sub(4).and_then(|n| said.get(n * 160..(n + 1) * 160));
                phone.send(&mut engine.network, now, packet.unwrap_or(&silence));
            }
        }
        engine.tick();
        for phone in phones.iter_mut() {
            phone.listen(&mut engine.network);
        }
    }
}

/// Where `expected` (whose entries may be unknown) lies in `heard`, if it does with every known octet the same.
fn found(heard: &[u8], expected: &[Option<u8>]) -> Option<usize> {
    (0..heard.len().saturating_sub(expected.len()) + 1).find(|&at| {
        heard.len() >= at + expected.len()
            && expected.iter().zip(&heard[at..]).all(|(expected, heard)| expected.is_none_or(|e| e == *heard))
    })
}

/// What a member of these should hear: known where the sum fits 16 bits.
fn sum_of_others(said: &[Vec<i32>], hearer: usize, law: Law) -> Vec<Option<u8>> {
    let sum = |at: usize| said.iter().enumerate().filter(|(i, _)| *i != hearer).map(|(_, s)| s[at]).sum::<i32>();
    let sums: Vec<i32> = (0..said[0].len()).map(sum).collect();
    let octets = encoded(law, &sums.iter().map(|s| (*s).clamp(-32_768, 32_767)).collect::<Vec<_>>());
    // A packet in which any sum leaves full scale is the limiter's.
    let fits: Vec<bool> = sums.chunks(80).map(|block| block.iter().all(|s| (-32_768..=32_767).contains(s))).collect();
    octets.iter().enumerate().map(|(at, octet)| fits[at / 80].then_some(*octet)).collect()
}

/// A conference of `n`; returns for each member whether it heard the sum of the others, and of all (itself included).
fn conference(n: usize, workers: usize, quiet: bool) -> Vec<(bool, bool)> {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(workers), 3).unwrap();
    let pending = engine.handle().create_conference(SampleRate::Hz8000);
    let room = done(&mut engine, pending);
    let mut phones = Vec::new();
    for member in 0..n {
        let (session, phone) = connect(&mut engine, member as u32, params(law(member)));
        done(&mut engine, room.join(&session));
        phones.push(phone);
    }
    engine.run_for(std::time::Duration::from_millis(100));
    let said: Vec<Vec<u8>> = (0..n).map(|member| said(member, quiet)).collect();
    talk(&mut engine, &mut phones, &said);
    let values: Vec<Vec<i32>> = said.iter().enumerate().map(|(member, said)| decoded(law(member), said)).collect();
    let heard = |member: usize| {
        let heard = phones[member].heard();
        let others = sum_of_others(&values, member, law(member));
        let known = others.iter().flatten().count();
        assert!(known > 300, "only {known} octets of {} can be compared", others.len());
        let all = sum_of_others(&values, usize::MAX, law(member));
        (found(&heard, &others).is_some(), found(&heard, &all).is_some())
    };
    let heard = (0..n).map(heard).collect();
    assert!(engine.stop());
    heard
}

#[test]
fn each_member_hears_the_exact_sum_of_the_others() {
    for (n, workers) in [(2, 1), (3, 1), (3, 3), (8, 3), (33, 1)] {
        for (member, (others, all)) in conference(n, workers, true).into_iter().enumerate() {
            assert!(others, "{n} members, {workers} workers: {member} does not hear the sum of the others");
            assert!(!all, "{n} members: {member} hears itself in the sum: the comparison sees nothing");
        }
    }
}

#[test]
fn two_members_at_any_level_hear_each_other_exactly() {
    assert!(conference(2, 1, false).into_iter().all(|(others, _)| others));
}

#[test]
fn the_comparison_sees_one_wrong_octet() {
    let mut heard: Vec<u8> = Random(1).octets(2_000);
    let expected: Vec<_> = heard[300..900].iter().map(|o| Some(*o)).collect();
    assert_eq!(found(&heard, &expected), Some(300));
    heard[700] ^= 1;
    assert_eq!(found(&heard, &expected), None);
}

#[test]
fn a_bridge_of_two_laws_transcodes_every_octet_as_the_tables_say() {
    for workers in [1usize, 3] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(workers), 3).unwrap();
        let (a, phone_a) = connect(&mut engine, 1, params(Law::Mu));
        let (b, phone_b) = connect(&mut engine, 2, params(Law::A));
        let pending = engine.handle().bridge(&a, &b);
        done(&mut engine, pending);
        let mut phones = [phone_a, phone_b];
        let said = [said(0, false), said(1, false)];
        talk(&mut engine, &mut phones, &said);
        let expect = |from: Law, to: Law, said: &[u8]| -> Vec<Option<u8>> {
            encoded(to, &decoded(from, said)).into_iter().map(Some).collect()
        };
        let (mu_to_a, a_to_mu) = (expect(Law::Mu, Law::A, &said[0]), expect(Law::A, Law::Mu, &said[1]));
        assert!(found(&phones[1].heard(), &mu_to_a).is_some(), "{workers} workers: µ-law to A-law");
        assert!(found(&phones[0].heard(), &a_to_mu).is_some(), "{workers} workers: A-law to µ-law");
        let untouched: Vec<_> = said[0].iter().map(|o| Some(*o)).collect();
        assert!(found(&phones[1].heard(), &untouched).is_none(), "µ-law codes sent as A-law");
        assert!(engine.stop());
    }
}
