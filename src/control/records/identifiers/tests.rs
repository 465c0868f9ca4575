//! Control: what the numbers of one call tell of the next one's.

use crate::config::MediaEngineConfig;
use crate::control::Pending;
use crate::control::records::identifiers::Identifiers;
use crate::control::records::random::Random;
use crate::engine::virtual_engine::VirtualEngine;
use crate::engine::{MediaEngine, MediaHandle};
use crate::session::{AudioFormat, MediaSessionParams, Transport};
use crate::transport::RtpBridge;
use crate::types::SampleRate;
use std::time::{Duration, Instant};

/// The state of SplitMix64 after a number: its output is a bijection of it.
fn state_behind(number: u64) -> u64 {
    let unshift = |z: u64, by: u32| (0..64 / by).fold(z, |x, _| z ^ (x >> by));
    let inverse = |odd: u64| (0..6).fold(odd, |x, _| x.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(x))));
    let z = unshift(number, 31).wrapping_mul(inverse(0x94d0_49bb_1331_11eb));
    let z = unshift(z, 27).wrapping_mul(inverse(0xbf58_476d_1ce4_e5b9));
    unshift(z, 30)
}

/// The attack: from one call's numbers to the next calls'.
fn predicted(identifiers: &mut Identifiers) -> usize {
    let mut attacker = Random::new(state_behind(identifiers.next()));
    (0..3).filter(|_| attacker.next() == identifiers.next()).count()
}

#[test]
fn the_next_calls_numbers_do_not_follow_from_one_calls() {
    assert_eq!(predicted(&mut Identifiers::seeded(7)), 3, "the attack works on a seeded generator");
    assert_eq!(predicted(&mut Identifiers::System), 0);
}

#[test]
fn the_systems_numbers_differ_and_fill_all_bits() {
    let numbers: Vec<u64> = (0..1_000).map(|_| Identifiers::System.next()).collect();
    let distinct: std::collections::HashSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len());
    assert_eq!(numbers.iter().fold(0, |all, n| all | n), u64::MAX);
    assert_eq!(numbers.iter().fold(u64::MAX, |all, n| all & n), 0);
}

/// SSRC, sequence number and timestamp of a call's first packet.
type First = (u32, u16, u32);

/// How many of the later calls' SSRCs an attacker computes who saw the first packet of one: he tries the 16 bits of the
/// generator's number that it does not show.
fn computed(seen: First, later: &[First]) -> usize {
    let known = u64::from(seen.2) << 32 | u64::from(seen.1);
    let states = (0..=u64::from(u16::MAX)).map(|hidden| state_behind(known | hidden << 16));
    let before = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2);
    let fits = |state: &u64| Random::new(state.wrapping_sub(before)).next() as u32 == seen.0;
    let Some(mut attacker) = states.into_iter().find(fits).map(Random::new) else { return 0 };
    let guesses: Vec<_> = (0..32).map(|_| attacker.next() as u32).collect();
    later.iter().filter(|call| guesses.contains(&call.0)).count()
}

/// The first packets of four calls in a silent room, in the order in which they were made.
fn calls(handle: &MediaHandle, mut wait: impl FnMut()) -> Vec<First> {
    fn done<T>(mut pending: Pending<T>, wait: &mut impl FnMut()) -> T {
        loop {
            match pending.poll_now() {
                Some(answer) => return answer.unwrap(),
                None => wait(),
            }
        }
    }
    let mut bridge: RtpBridge = done(handle.rtp_bridge(), &mut wait);
    let room = done(handle.create_conference(SampleRate::Hz8000), &mut wait);
    let params = MediaSessionParams::new(AudioFormat::pcmu()).transport(Transport::Bridge(bridge.port()));
    let mut calls: Vec<(_, Option<First>)> = Vec::new();
    for name in 0..4 {
        let pending = handle.create_media_session(["a", "b", "c", "d"][name], params.clone());
        calls.push((done(pending, &mut wait), None));
        bridge.take_orders();
    }
    for (session, _) in &calls {
        done(room.join(session), &mut wait);
    }
    let begun = Instant::now();
    while calls.iter().any(|(_, first)| first.is_none()) {
        assert!(begun.elapsed() < Duration::from_secs(20), "a call sends nothing");
        wait();
        while let Some((session, header, _)) = bridge.poll_parsed() {
            let first = (header.ssrc, header.sequence, header.timestamp);
            calls.iter_mut().filter(|(call, _)| call.id() == session).for_each(|(_, is)| _ = is.get_or_insert(first));
        }
    }
    calls.into_iter().filter_map(|(_, first)| first).collect()
}

#[test]
fn who_saw_one_calls_first_packet_computes_no_other_calls() {
    let config = || MediaEngineConfig::default().io_threads(0usize).max_sessions(8usize).realtime_priority(None);
    let mut engine = VirtualEngine::new(config(), 7).unwrap();
    let handle = engine.handle().clone();
    let seeded = calls(&handle, || engine.tick());
    assert_eq!(computed(seeded[0], &seeded[1..]), 3, "the attack works on a seeded generator: {seeded:?}");
    let engine = MediaEngine::start(config()).unwrap();
    let system = calls(&engine.handle(), || std::thread::sleep(Duration::from_millis(1)));
    assert_eq!(computed(system[0], &system[1..]), 0, "{system:?}");
    engine.stop().unwrap();
}
