//! Pure: the transit that 95 of 100 packets keep to, against the sorted truth.

use crate::buffer::transit_percentile::TransitPercentile;

#[test]
fn ninety_five_of_a_hundred_packets_keep_to_the_usual_transit() {
    for ms in [8, 48] {
        let mut usual = TransitPercentile::new(ms);
        assert_eq!(usual.get(), None);
        let (mut state, mut within, mut half) = (1u32, 0, 0);
        for n in 0..4_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Up to 30 ms over 100 ms.
            let transit = 100 * ms + i64::from(state >> 16) * 30 * ms / 65_536;
            if n >= 1_000 {
                within += i32::from(usual.get().is_some_and(|usual| transit <= usual));
                half += i32::from(transit <= 115 * ms);
            }
            usual.add(transit);
        }
        assert!((2_760..2_940).contains(&within), "{within} of 3000");
        assert!(half < 1_600, "the twin: the middle is something else");
        // A route that got longer is followed within 30 packets, one that got shorter within seconds.
        (0..30).for_each(|_| usual.add(140 * ms));
        assert!(usual.get().is_some_and(|usual| usual >= 138 * ms));
        (0..700).for_each(|_| usual.add(100 * ms));
        assert!(usual.get().is_some_and(|usual| usual <= 103 * ms));
    }
}
