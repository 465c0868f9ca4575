//! Real-time: who hears what all hear, and from when on.

use super::*;

fn sum(levels: &[f32]) -> Bus {
    let mut bus = Bus::new();
    bus.open_for(80, levels.len());
    for level in levels {
        bus.add(&[*level; 80], 1.0);
    }
    bus.seal();
    bus
}

#[test]
fn a_listener_comes_when_its_limiter_has_the_gain_of_the_bus() {
    let (mut whole, rest) = (Whole::new(), BlockLimiter::new());
    let mut own = rest;
    own.process(&mut [1.0; 80], 1, Some(1.5));
    assert!(whole.hear(&sum(&[0.5]), 80, &rest, false), "both at rest");
    assert!(!whole.hear(&sum(&[0.5]), 80, &own, false), "its own is at work");
    whole.begin_block();
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &rest, false), "they part in this block only");
    let mut parted = rest;
    let mut block = [0.0; 80];
    let over = sum(&[0.9, 0.9]).whole(&mut block);
    parted.process(&mut block, 1, over);
    whole.begin_block();
    assert!(!whole.hear(&sum(&[0.9, 0.9]), 80, &rest, false), "the bus' is at work");
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &parted, false), "the same gain");
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &rest, true), "who was there stays");
    assert_eq!(whole.before(), parted, "with which one goes on who leaves in this block");
}

#[test]
fn listeners_go_over_to_a_bus_that_follows_on_another_with_its_gain() {
    let (mut whole, rest) = (Whole::new(), BlockLimiter::new());
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &rest, false));
    let mut grown = Whole::new();
    grown.follow(&whole);
    grown.begin_block();
    assert!(grown.before() != rest && !grown.hear(&sum(&[0.9, 0.9]), 80, &rest, false));
}

#[test]
fn a_block_is_made_once_and_a_gain_that_nobody_heard_is_forgotten() {
    let (mut whole, rest) = (Whole::new(), BlockLimiter::new());
    let mu = Encoder::G711(G711Encoder::new(Law::Mu));
    let a = Encoder::G711(G711Encoder::new(Law::A));
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &rest, false));
    let first: Vec<f32> = whole.block(&mu).0.to_vec();
    assert!(whole.hear(&sum(&[0.1]), 80, &rest, true) && whole.block(&mu).0 == first, "made already");
    assert_eq!((whole.block(&mu).1, whole.block(&a).1), (None, None), "nobody asked for octets");
    whole.encode_for(&a);
    let mut expected = [0; 80];
    G711Encoder::new(Law::A).encode_into(&first, &mut expected).unwrap();
    assert_eq!((whole.block(&mu).1, whole.block(&a).1), (None, Some(expected.as_slice())));
    whole.begin_block();
    assert_eq!(whole.block(&a).1, None, "of the block before");
    whole.begin_block();
    assert_eq!(whole.before(), rest);
}
