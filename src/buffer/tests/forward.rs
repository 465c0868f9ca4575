//! Pure: pass-through: packets unaltered, in order, once; gaps as they came in.

use super::rig::Rig;
use crate::buffer::{Forward, JitterConfig};

/// Feeds packets (number, arrival in ms, source) and returns what is sent on: payload's first octet, step, fresh, tick.
fn run(rig: &mut Rig, packets: &[(u32, f64, u32)], ticks: u64) -> Vec<(u8, u16, bool, u64)> {
    let mut sent = Vec::new();
    let mut packets = packets.iter().peekable();
    while rig.tick < ticks {
        while let Some(&&(n, at, ssrc)) = packets.peek()
            && at <= rig.now_ms()
        {
            packets.next();
            rig.put(ssrc, n as u16, n * 160, at, vec![n as u8; 160]);
        }
        let tick = rig.tick;
        if let Forward::Packet(due) = rig.forward() {
            let octets = rig.pool.0[due.payload as usize].as_ref().expect("the receiver keeps the handle");
            sent.push((octets[0], due.step, due.fresh, tick));
        }
    }
    sent
}

#[test]
fn packets_go_on_in_order_and_once_and_a_loss_stays_a_gap() {
    let mut rig = Rig::new(JitterConfig { min_delay_ms: 40, ..JitterConfig::new(8_000) });
    let mut packets: Vec<(u32, f64, u32)> = (0..100).map(|n| (n, f64::from(n) * 20.0 + 5.0, 1)).collect();
    packets.retain(|p| ![50, 51, 52].contains(&p.0));
    packets.push((30, 650.0, 1));
    packets[20].1 += 25.0;
    packets.sort_by(|a, b| a.1.total_cmp(&b.1));
    let sent = run(&mut rig, &packets, 300);
    let numbers: Vec<u8> = sent.iter().map(|s| s.0).collect();
    let expected: Vec<u8> = (0..100).filter(|n| !(50..53).contains(n)).collect();
    assert_eq!(numbers, expected);
    for (number, step, fresh, tick) in sent {
        assert_eq!(step, if number == 53 { 4 } else { 1 }, "packet {number}");
        assert_eq!(fresh, number == 0);
        assert_eq!(tick, 5 + 2 * u64::from(number), "packet {number}: the pace is even");
    }
    assert_eq!(rig.pool.live(), 0);
}

#[test]
fn a_new_source_leaves_no_gap() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    let mut packets: Vec<(u32, f64, u32)> = (0..50).map(|n| (n, f64::from(n) * 20.0 + 5.0, 1)).collect();
    packets.extend((0..50).map(|n| (n + 150, f64::from(n) * 20.0 + 1_005.0, 2)));
    let sent = run(&mut rig, &packets, 300);
    assert!(sent.iter().all(|s| s.1 == 1), "{sent:?}");
    assert_eq!(sent.iter().filter(|s| s.2).count(), 2);
    assert!(sent.iter().filter(|s| s.0 >= 150).count() >= 48);
}

#[test]
fn decoding_takes_over_in_the_middle_of_a_packet() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    for n in 0..40u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        while rig.now_ms() < at {
            if rig.tick % 7 < 3 {
                rig.forward();
            } else {
                rig.pull();
            }
        }
        let payload: Vec<u8> = (0..160).map(|i| if i < 80 { n as u8 } else { n as u8 + 100 }).collect();
        rig.put(1, n as u16, n * 160, at, payload);
    }
    // Each block that was decoded is the one of its time: no repeat, no cut.
    let decoded = rig.heard.chunks(80).zip((0..rig.tick).filter(|t| t % 7 >= 3));
    for (block, tick) in decoded.filter(|(_, tick)| *tick > 2) {
        let (n, half) = ((tick - 1) / 2, (tick - 1) % 2);
        assert_eq!(block[79] * 256.0, (n + 100 * half) as f32, "tick {tick}");
        assert_eq!(block[0] * 256.0, (n + 100 * half) as f32, "tick {tick}");
    }
}
