//! Pure: redundant audio data: the payload format, and holes filled from it.

use super::rig::Rig;
use crate::buffer::{Inserted, JitterConfig, RedBlock, RedFault, RedPayload, Refusal, fuzz, write_red};

fn block(payload_type: u8, offset: u16, octets: &[u8]) -> RedBlock<'_> {
    RedBlock { payload_type, offset, octets }
}

#[test]
fn the_example_of_the_specification_is_read() {
    // RFC 2198 section 4: DVI4 (5) with LPC (7), one packet of 20 ms at 8 kHz older, 14 octets.
    let mut payload = vec![0x80 | 7, 0x02, 0x80, 14, 5];
    payload.extend([1; 14]);
    payload.extend([2; 84]);
    let red = RedPayload::parse(&payload).unwrap();
    assert_eq!(red.primary(), block(5, 0, &[2; 84]));
    assert_eq!(red.redundant().collect::<Vec<_>>(), [block(7, 160, &[1; 14])]);
}

#[test]
fn what_is_written_is_read_and_what_is_short_is_refused() {
    let (older, old, own) = ([1u8; 160], [2u8; 160], [3u8; 160]);
    let blocks = [block(0, 320, &older), block(0, 160, &old)];
    let mut out = [0; 600];
    let length = write_red(&blocks, &block(0, 0, &own), &mut out).unwrap();
    let red = RedPayload::parse(&out[..length]).unwrap();
    assert_eq!(red.primary().octets, own);
    assert_eq!(red.redundant().map(|b| (b.offset, b.octets[0])).collect::<Vec<_>>(), [(160, 2), (320, 1)]);
    for cut in 0..9 {
        assert_eq!(RedPayload::parse(&out[..cut]), Err(RedFault::Headers), "{cut}");
    }
    assert_eq!(RedPayload::parse(&out[..300]), Err(RedFault::Blocks));
    assert_eq!(write_red(&blocks, &block(0, 0, &own), &mut out[..length - 1]), None);
    assert_eq!(write_red(&[block(0, 1 << 14, &old)], &block(0, 0, &own), &mut out), None);
}

#[test]
fn any_octets_are_taken_apart_or_refused() {
    let mut state = 1u64;
    for length in 0..2_000usize {
        let data: Vec<u8> = (0..length % 90)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8 & if length % 3 == 0 { 0xFF } else { 0x83 }
            })
            .collect();
        fuzz::red(&data);
    }
}

/// Packets of 20 ms, each with its predecessor if `red`; `lost` do not come.
fn play(red: bool, lost: impl Fn(u32) -> bool) -> Rig {
    let mut rig = Rig::new(JitterConfig { min_delay_ms: 30, ..JitterConfig::new(8_000) });
    for n in 0..200u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        if lost(n) {
            continue;
        }
        rig.put(1, n as u16, n * 160, at, vec![n as u8 + 20; 160]);
        if red && n > 0 {
            rig.put_again(1, n as u16, (n - 1) * 160, at, vec![n as u8 + 19; 160]);
        }
    }
    rig.run_until(4_200.0);
    rig
}

#[test]
fn a_lost_packet_is_heard_from_its_successor() {
    let lost = |n: u32| n % 7 == 3;
    let rig = play(true, lost);
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(4_200));
    assert_eq!((counted.lost, counted.recovered, counted.duplicates), (0, 28, 0), "{counted:?}");
    let runs: Vec<(u8, usize)> = rig.runs().into_iter().filter(|run| run.1 >= 160).collect();
    assert!(runs.windows(2).skip(1).take(190).all(|w| w[1].0 == w[0].0.wrapping_add(1)), "{runs:?}");
    assert_eq!(rig.pool.live(), 0);
    // The twin: without redundancy they are not heard.
    let bare = play(false, lost).receiver.statistics(crate::types::MediaTime::from_millis(4_200));
    assert_eq!((bare.lost, bare.recovered), (28, 0));
}

/// How much is waited at the end of 20 s with one packet in seven lost, and how many of them were heard.
fn waited(red: bool) -> (f32, u64) {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    for n in 0..1_000u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        if n % 7 == 3 {
            continue;
        }
        rig.put(1, n as u16, n * 160, at, vec![50; 160]);
        if red && n > 0 {
            rig.put_again(1, n as u16, (n - 1) * 160, at, vec![50; 160]);
        }
    }
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(20_000));
    (counted.target_ms, counted.recovered)
}

#[test]
fn where_redundancy_is_of_use_it_is_waited_for() {
    let ((with, recovered), (without, _)) = (waited(true), waited(false));
    assert!(with >= 19.0 && recovered > 120, "{with} ms, {recovered} of 143");
    assert!(without < 2.0, "the twin: {without} ms");
}

/// Three losses in 21 packets: what it is waited for then.
#[test]
fn a_stream_that_begins_with_losses_waits_for_redundancy_at_once() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    for n in 0..22u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        if n % 7 != 3 {
            rig.put(1, n as u16, n * 160, at, vec![50; 160]);
            rig.put_again(1, n as u16, n.saturating_sub(1) * 160, at, vec![50; 160]);
        }
    }
    let counted = rig.receiver.statistics(crate::types::MediaTime::from_millis(440));
    assert!(counted.target_ms >= 19.0 && counted.recovered == 3, "{counted:?}");
}

#[test]
fn what_was_heard_or_does_not_fit_is_given_back() {
    let mut rig = Rig::new(JitterConfig::new(8_000));
    for n in 0..10u32 {
        let at = f64::from(n) * 20.0 + 5.0;
        rig.run_until(at);
        rig.put(1, n as u16, n * 160, at, vec![n as u8 + 20; 160]);
    }
    let mut again = |ssrc, timestamp| rig.put_again(ssrc, 9, timestamp, 190.0, vec![200; 160]);
    assert_eq!(again(1, 9 * 160), Inserted::Refused(Refusal::Suspect), "no older one");
    assert_eq!(again(1, 8 * 160 + 7), Inserted::Refused(Refusal::Suspect), "between packets");
    assert_eq!(again(2, 8 * 160), Inserted::Refused(Refusal::Suspect), "of another source");
    assert_eq!(again(1, 4 * 160), Inserted::Refused(Refusal::Duplicate), "heard");
    rig.run_until(1_500.0);
    assert_eq!(rig.pool.live(), 0);
}
