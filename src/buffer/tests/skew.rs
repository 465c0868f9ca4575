//! Pure: a clock that runs faster or slower than ours, from the fastest transits.

use crate::buffer::skew::ClockSkew;

#[test]
fn a_wrong_clock_is_known_to_a_few_parts_per_million() {
    for ppm in [-300.0, -40.0, 0.0, 40.0, 300.0] {
        let mut skew = ClockSkew::default();
        for n in 0..120_i64 {
            // Half a second apart, with a unit of jitter.
            let at = 90_000 + n * 4_000;
            skew.add(at, (at as f64 * ppm / 1e6).round() as i64 + n % 2, 160);
            assert!(n >= 10 || skew.ppm() == 0.0, "nothing is said of a few points");
        }
        assert!((f64::from(skew.ppm()) - ppm).abs() < 5.0, "{ppm}: {}", skew.ppm());
    }
}
