//! Pure: the bound of the transits that a budget leaves, against the bins themselves.

use super::*;

/// Units in 1 ms, at 8 kHz.
const MS: i64 = 8;
const BUDGET: f32 = 0.012;

/// The lowest bound above which no more lies than `allowed`, counted from the bins.
fn counted(histogram: &mut TransitHistogram, allowed: f32) -> i64 {
    let (low, mut bin) = (histogram.low, histogram.low + histogram.span() - 1);
    let mut above = 0.0;
    while bin > low && above + *histogram.bin(bin) <= allowed {
        above += *histogram.bin(bin);
        bin -= 1;
    }
    (bin + 1) * MS
}

/// The bound is followed bin by bin, in roundings of its own.
fn check(histogram: &mut TransitHistogram, when: i64) {
    let allowed = histogram.total * BUDGET;
    let (least, most) = (counted(histogram, allowed * 1.001), counted(histogram, allowed * 0.999));
    let bound = histogram.bound();
    assert!((least..=most).contains(&bound), "{bound} is not from {least} to {most}, packet {when}");
}

/// Packets of 20 ms, each `transit(n)` ms under way.
fn play(histogram: &mut TransitHistogram, packets: std::ops::Range<i64>, transit: impl Fn(i64) -> i64) {
    for n in packets {
        histogram.pass(2.0);
        histogram.add(transit(n) * MS, 2, false);
        check(histogram, n);
    }
}

/// Up to 100 ms, most of them a few: one in 76 is 90 ms and more.
fn jitter(n: i64) -> i64 {
    let hash = (n as u64 ^ 0x5eed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let chance = ((hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f64 / (1 << 24) as f64;
    (100.0 * chance.powi(8)) as i64
}

#[test]
fn the_bound_is_that_of_the_bins_when_weights_are_brought_back() {
    let mut histogram = TransitHistogram::new(8_000, BUDGET, 1_000.0, 200);
    // Ten minutes: the weights come to 1e12 within.
    play(&mut histogram, 0..30_000, jitter);
    assert!(histogram.total < HEAVY, "they were brought back");
    assert!((50 * MS..=95 * MS).contains(&histogram.bound()), "{}", histogram.bound());
}

#[test]
fn the_bound_is_that_of_the_bins_when_a_route_gets_shorter_or_longer() {
    // By more than the window holds: what lay above it is the slowest in it, until forgotten.
    let mut histogram = TransitHistogram::new(8_000, BUDGET, 100.0, 100);
    play(&mut histogram, 0..500, |n| 600 + jitter(n));
    play(&mut histogram, 500..1_500, jitter);
    assert!(histogram.bound() < 100 * MS, "the longer route is forgotten: {}", histogram.bound());
    // What lay below is the fastest in it.
    play(&mut histogram, 1_500..2_000, |n| 10 + jitter(n));
    histogram.raise(250 * MS);
    play(&mut histogram, 2_000..3_000, |n| 250 + jitter(n));
    assert!(histogram.bound() > 300 * MS, "{}", histogram.bound());
}

/// One packet in 50 is slow: 2 % of the time if each is a hole of 20 ms, 1 % over 70 ms if it is late as after a stall.
#[test]
fn what_was_overtaken_counts_whole_where_jitter_is_wide() {
    let bound = |wide, overtaken| {
        let mut histogram = TransitHistogram::new(8_000, BUDGET, 1_000.0, 200);
        // The weights are brought back into range often enough that nothing is left of what was granted at first.
        (0..400_000).for_each(|_| histogram.pass(1.0));
        if wide {
            histogram.doubt();
        }
        for n in 0..3_000 {
            histogram.pass(2.0);
            histogram.add(if n % 50 == 49 { 75 * MS } else { 0 }, 2, overtaken);
        }
        histogram.bound()
    };
    assert!(bound(true, true) > 75 * MS, "{}", bound(true, true));
    for (wide, overtaken) in [(false, true), (true, false), (false, false)] {
        assert!(bound(wide, overtaken) < 70 * MS, "{wide}, {overtaken}: {}", bound(wide, overtaken));
    }
}
