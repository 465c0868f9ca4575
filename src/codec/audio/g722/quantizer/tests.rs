//! Pure: the quantizers: every code, every step size.

use super::*;

/// QUANTL as the Recommendation writes it.
fn by_comparison(el: i32, detl: i32) -> u8 {
    let wd = if el >= 0 { el } else { -(el + 1) };
    let mil = 1 + Q6.iter().take_while(|&&q| wd >= (i32::from(q) * 8 * detl) >> 15).count() as u8;
    match (el >= 0, mil) {
        (true, _) => 62 - mil,
        (false, 1) => 63,
        (false, 2) => 62,
        (false, _) => 34 - mil,
    }
}

#[test]
fn division_equals_comparison_at_every_boundary_of_every_scale() {
    for step in 0..=288 {
        let scale = LowScale::with_step(step);
        let detl = scale.detl();
        let mut edges: Vec<i32> = Q6.iter().map(|&q| (i32::from(q) * detl) >> 12).collect();
        edges.extend([0, 32_767]);
        for edge in edges {
            for wd in [edge - 1, edge, edge + 1].into_iter().filter(|wd| (0..=32_767).contains(wd)) {
                for el in [wd, !wd] {
                    assert_eq!(quantl(el, &scale), by_comparison(el, detl), "el {el} detl {detl}");
                }
            }
        }
    }
}

#[test]
fn division_equals_comparison_for_every_difference_at_some_scales() {
    for step in [0, 1, 100, 203, 287, 288] {
        let scale = LowScale::with_step(step);
        for el in -32_768..=32_767 {
            assert_eq!(quantl(el, &scale), by_comparison(el, scale.detl()));
        }
    }
}

#[test]
fn high_band_has_one_decision_level_per_sign() {
    let deth = 4096;
    assert_eq!([563, 564, -564, -565].map(|eh| quanth(eh, deth)), [3, 2, 1, 0]);
}
