//! Pure: packets that come too late widen the delay, and descriptions of noise that do so tell nothing of it.

use super::rig::Rig;
use crate::buffer::{Arrived, Inserted, JitterConfig, PlayoutReceiver, Refusal};
use crate::types::{MediaTime, SampleRate};

/// The delay that is aimed at after 20 s in which each eighth packet is overtaken by three others, and how many were late.
fn target(noise: bool) -> (f32, u64) {
    let config = JitterConfig::new(8_000);
    let mut rig = Rig::new(config);
    rig.receiver = PlayoutReceiver::new(SampleRate::Hz8000, config.plan().unwrap()).with_noise(7);
    let mut packets: Vec<(f64, u32)> =
        (0..996).map(|n| (f64::from(n) * 20.0 + if n % 8 == 7 { 65.0 } else { 5.0 }, n)).collect();
    packets.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, n) in packets {
        rig.run_until(at);
        let (sequence, timestamp) = (n as u16, n * 160);
        if n % 8 != 7 || !noise {
            rig.put(1, sequence, timestamp, at, vec![100; 160]);
            continue;
        }
        let payload = rig.pool.0.len() as u32;
        rig.pool.0.push(Some(vec![60]));
        let arrival = MediaTime::from_nanos((at * 1e6) as u64);
        let packet = Arrived { sequence, timestamp, ssrc: 1, marker: false, arrival, samples: 80, payload };
        let pool = &mut rig.pool;
        let inserted = rig.receiver.insert_noise(packet, |handle| assert!(pool.0[handle as usize].take().is_some()));
        assert_eq!(inserted, Inserted::Refused(Refusal::Late), "{n}");
    }
    let counted = rig.receiver.statistics(MediaTime::from_millis(20_000));
    (counted.target_ms, counted.late)
}

#[test]
fn late_packets_widen_the_delay_until_none_are_late() {
    let (target, late) = target(false);
    assert!(target >= 60.0 && (1..40).contains(&late), "{target} ms, {late} late");
}

#[test]
fn late_descriptions_of_noise_tell_nothing_of_the_delay() {
    let (target, late) = target(true);
    assert!(target < 20.0 && late == 124, "{target} ms, {late} late");
}
