//! An hour of a call whose two ends have clocks of their own.

use media_core::codec::Law;
use media_core::engine::virtual_engine::{Impairment, Party};
use media_core::session::{AudioFormat, MediaSessionParams};
use media_core::{RecordChannels, RecordParams};
use std::time::Duration;

use crate::rig::{Rig, read};

/// Where each burst begins that follows a pause, in samples.
fn onsets(samples: &[f32]) -> Vec<usize> {
    let (mut found, mut quiet) = (Vec::new(), 0);
    for (at, sample) in samples.iter().enumerate() {
        if sample.abs() < 0.05 {
            quiet += 1;
            continue;
        }
        if quiet > 1_600 {
            found.push(at);
        }
        quiet = 0;
    }
    found
}

/// Both say a burst of 200 ms at each full second of the engine's clock. The two channels are of equal length, and what was said
/// at once stands at one place of both, to a block, for all of the hour. The recorder lays blocks of one tick beside each other;
/// the block is the step in which the two jitter buffers follow their senders, one the one way and one the other: what they drift
/// apart by until they see it (0.4 ms a second) comes on top.
#[test]
fn channels_are_aligned_for_an_hour_of_two_clocks() {
    let mut rig = Rig::new("hour", 1);
    rig.engine.network.impairment = Impairment { delay: Duration::from_millis(20), ..Impairment::default() };
    let mut parties = Vec::new();
    let mut sessions = Vec::new();
    for (number, skew) in [(1, 200.0), (2, -200.0)] {
        let address = format!("10.0.0.{number}:4000").parse().unwrap();
        let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address);
        let pending = rig.engine.handle().create_media_session(&*format!("phone-{number}"), params);
        let session = rig.ask(pending).unwrap();
        let mut party = Party::new(address, session.local_address().unwrap(), Law::Mu, number);
        party.skew_ppm = skew;
        parties.push(party);
        sessions.push(session);
    }
    let pending = rig.engine.handle().bridge(&sessions[0], &sessions[1]);
    rig.ask(pending).unwrap();
    let pending = sessions[0].record(RecordParams::new("hour.wav").channels(RecordChannels::Stereo));
    let recording = rig.ask(pending).unwrap();
    let begun = rig.engine.number();
    let start = rig.engine.now().as_nanos() as f64;
    for _ in 0..360_000 {
        let now = rig.engine.now();
        for party in &mut parties {
            // The packet that is due next, sample by sample at the time at which it is said.
            let sample = 125_000.0 * (1.0 - party.skew_ppm * 1e-6);
            let said = |i: usize| (start + (party.said() + i) as f64 * sample) as u64 % 1_000_000_000;
            let tone = |i: usize| if said(i) < 200_000_000 { 0.4 * (said(i) as f32 * 5e-6).cos() } else { 0.0 };
            let packet: Vec<f32> = (0..party.packet).map(tone).collect();
            party.speak(&mut rig.engine.network, now, &packet);
            while rig.engine.network.receive(party.address).is_some() {}
        }
        rig.engine.tick();
    }
    let passed = rig.engine.number().since(begun);
    let recorded = rig.ask(recording.stop()).unwrap();
    assert_eq!(recorded.lost_blocks, 0);
    let (spec, channels) = read(&recorded.path);
    assert_eq!((spec.channels, spec.sample_rate), (2, 8_000));
    assert_eq!(channels[0].len(), channels[1].len());
    let blocks = channels[0].len() as u64 / 80;
    assert!((passed..=passed + 4).contains(&blocks), "{blocks} blocks in {passed}");
    let (left, right) = (onsets(&channels[0]), onsets(&channels[1]));
    assert!(left.len() >= 3_590 && left.len().abs_diff(right.len()) <= 1, "{} and {}", left.len(), right.len());
    let mut apart: Vec<f64> = Vec::new();
    for at in &left {
        let near = right.iter().map(|other| *at as f64 - *other as f64).min_by(|a, b| a.abs().total_cmp(&b.abs()));
        apart.push(near.unwrap() / 8.0);
    }
    let mean = |apart: &[f64]| apart.iter().sum::<f64>() / apart.len() as f64;
    let (first, last) = (mean(&apart[..600]), mean(&apart[apart.len() - 600..]));
    assert!((first - last).abs() < 1.0, "it drifts: {first} ms in the first ten minutes, {last} ms in the last");
    apart.sort_by(f64::total_cmp);
    let worst = apart[0].abs().max(apart[apart.len() - 1].abs());
    println!("apart by {} ms in the middle, {worst} ms at most", apart[apart.len() / 2]);
    assert!(worst <= 10.5, "{worst} ms apart");
    assert!(rig.engine.stop());
}
