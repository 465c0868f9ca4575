//! Pure: bursts and gaps, jitter, levels.

use super::burst_gap::BurstGap;
use super::*;

fn pattern(text: &str) -> BurstGapCounts {
    let mut machine = BurstGap::default();
    let (mut missing, mut heard) = (0, 0);
    for packet in text.chars().chain(['.']) {
        if packet == 'x' {
            missing += 1;
            continue;
        }
        let thrown_away = packet == 'd';
        machine.lose(std::mem::take(&mut missing), thrown_away, heard);
        heard += u64::from(!thrown_away);
    }
    machine.counts(heard)
}

/// By hand, after RFC 3611 appendix A.2.
#[test]
fn losses_are_told_into_bursts_and_gaps() {
    let heard = ".".repeat(20);
    let alone = pattern(&format!("{heard}x{heard}x{heard}"));
    assert_eq!((alone.gap_losses, alone.bursts, alone.gap_packets), (2, 0, 61));
    // Four losses with two heard between the second and the third.
    let burst = pattern(&format!("{heard}xx..xx{heard}"));
    assert_eq!(
        burst,
        BurstGapCounts {
            gap_packets: 41,
            gap_losses: 0,
            bursts: 1,
            burst_packets: 1,
            burst_losses: 1,
            losses_in_row: 2
        }
    );
    let told = BurstGapMetrics::of(&burst, 20.0);
    // p32 = 1/4, p23 = 1/2.
    assert!((told.burst_density - 2.0 / 3.0).abs() < 1e-9, "{told:?}");
    assert!((told.gap_ms - 42.0 * 20.0).abs() < 1e-9 && (told.burst_ms - 6.0 * 20.0).abs() < 1e-9, "{told:?}");
    // A packet that came and was thrown away counts as well.
    assert_eq!(pattern(&format!("{heard}dd..dd{heard}")), BurstGapCounts { gap_packets: 41, ..burst });
}

#[test]
fn the_burst_ratio_is_one_by_chance_and_more_where_losses_come_together() {
    let mut state = 9u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    let mut ratio = |mut lose: Box<dyn FnMut(f64) -> bool>| {
        let text: String = (0..200_000).map(|_| if lose(random()) { 'x' } else { '.' }).collect();
        BurstGapMetrics::of(&pattern(&text), 20.0).burst_ratio
    };
    let by_chance = ratio(Box::new(|r| r < 0.05));
    assert!((by_chance - 1.0).abs() < 0.05, "{by_chance}");
    // Runs of four on average (Gilbert).
    let mut lost = false;
    let together = ratio(Box::new(move |r| {
        lost = r < if lost { 0.75 } else { 0.05 / 0.95 * 0.25 };
        lost
    }));
    assert!((together - 4.0 * 0.95).abs() < 0.25, "{together}");
}

#[test]
fn jitter_follows_the_rfc_and_a_jump_is_none() {
    let mut jitter = ArrivalJitter::default();
    let (mut expected, mut before) = (0.0, 0.0f64);
    for n in 0..400i64 {
        let transit = (n * 7_919) % 80;
        jitter.add(transit, 80);
        if n > 0 {
            expected += ((transit as f64 - before).abs() - expected) / 16.0;
        }
        before = transit as f64;
    }
    assert!((f64::from(jitter.ms(80)) - expected / 8.0).abs() < 0.1, "{} {}", jitter.ms(80), expected / 8.0);
    let known = jitter.ms(80);
    jitter.add(1_000_000, 80);
    assert_eq!(jitter.ms(80), known);
}

#[test]
fn speech_and_noise_have_their_levels() {
    let mut levels = SignalLevels::default();
    let block = |db: f32| ([10f32.powf(db / 20.0); 80], 10f32.powf(db / 10.0));
    for look in 0..200 {
        let (samples, power) = block(if look % 25 < 8 { -26.0 } else { -58.0 });
        levels.hear(&samples, power);
    }
    let (speech, noise) = (levels.speech_dbov().unwrap(), levels.noise_dbov().unwrap());
    assert!((speech + 26.0).abs() < 0.5 && (noise + 58.0).abs() < 3.5, "{speech} {noise}");
    assert_eq!(levels.clipped_blocks(), 0);
    levels.hear(&[1.0; 80], 1.0);
    assert_eq!(levels.clipped_blocks(), 8);
    // G.711 reaches less, and a loud tone that is whole touches its top now and then.
    for top in [32_124.0 / 32_768.0, 32_256.0 / 32_768.0] {
        levels.hear(&[-top; 80], top * top);
        levels.hear(&std::array::from_fn::<f32, 80, _>(|n| if n % 8 == 2 { top } else { 0.5 }), 0.3);
    }
    assert_eq!(levels.clipped_blocks(), 24);
    levels.hear(&[f32::NAN; 80], f32::NAN);
    assert!(levels.speech_dbov().unwrap().is_finite() && levels.noise_dbov().unwrap().is_finite());
}

/// RFC 3611 section 4.7.2: 16 packets heard in a row end a burst, and 15 do not; the first loss of a call is one loss.
#[test]
fn gmin_is_sixteen_and_the_first_loss_counts_once() {
    let (fifteen, sixteen) = (".".repeat(15), ".".repeat(16));
    let burst = pattern(&format!("{sixteen}x{fifteen}x{sixteen}"));
    assert_eq!((burst.bursts, burst.gap_losses, burst.losses()), (1, 0, 2));
    let alone = pattern(&format!("{sixteen}x{sixteen}x{sixteen}"));
    assert_eq!((alone.bursts, alone.gap_losses, alone.losses()), (0, 2, 2));
    assert_eq!(pattern("...x....").losses(), 1);
    assert_eq!(pattern("...x.x..").losses(), 2);
}
