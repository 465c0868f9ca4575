//! Real-time: who hears what all hear, and from when on.

use super::*;
use crate::codec::{AudioEncoder, G711Encoder, Law};

const NARROW: SampleRate = SampleRate::Hz8000;

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
    whole.begin_block(true);
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &rest, false), "they part in this block only");
    let mut parted = rest;
    let mut block = [0.0; 80];
    let over = sum(&[0.9, 0.9]).whole(&mut block);
    parted.process(&mut block, 1, over);
    whole.begin_block(true);
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
    grown.follow(&mut whole);
    grown.begin_block(true);
    assert!(grown.before() != rest && !grown.hear(&sum(&[0.9, 0.9]), 80, &rest, false));
}

#[test]
fn a_block_is_made_once_and_a_gain_that_nobody_heard_is_forgotten() {
    let (mut whole, rest) = (Whole::new(), BlockLimiter::new());
    let mu = Encoder::G711(G711Encoder::new(Law::Mu));
    let a = Encoder::G711(G711Encoder::new(Law::A));
    assert!(whole.hear(&sum(&[0.9, 0.9]), 80, &rest, false));
    let first: Vec<f32> = whole.block(NARROW, &mu).0.to_vec();
    assert!(whole.hear(&sum(&[0.1]), 80, &rest, true) && whole.block(NARROW, &mu).0 == first, "made already");
    assert_eq!((whole.block(NARROW, &mu).1, whole.block(NARROW, &a).1), (None, None), "nobody asked for octets");
    whole.encode_for(NARROW, &a);
    let mut expected = [0; 80];
    G711Encoder::new(Law::A).encode_into(&first, &mut expected).unwrap();
    assert_eq!((whole.block(NARROW, &mu).1, whole.block(NARROW, &a).1), (None, Some(expected.as_slice())));
    whole.begin_block(true);
    assert_eq!(whole.block(NARROW, &a).1, None, "of the block before");
    whole.begin_block(true);
    assert_eq!(whole.before(), rest);
}

/// A conversion is joined by who has had the same blocks, whoever begins it, and left with what it remembers.
#[test]
fn a_listener_comes_to_a_conversion_that_remembers_what_its_own_does() {
    let rest = BlockLimiter::new();
    let rate = SampleRate::Hz16000;
    let own = || Converter::between(NARROW, rate).unwrap();
    let (mut first, mut stranger, mut out) = (own(), own(), [0.0; 160]);
    first.convert(&[0.375; 80], &mut out);
    let mut whole = Whole::new().converting(NARROW, &[NARROW, rate]);
    let hear = |whole: &mut Whole, level: f32, own: &Converter, follows| {
        assert!(whole.hear(&sum(&[level]), 80, &rest, false));
        whole.hear_at(rate, Some(own), follows)
    };
    assert!(hear(&mut whole, 0.125, &first, false), "who comes first begins with what it has");
    assert!(!hear(&mut whole, 0.125, &stranger, false), "another remembers something else");
    let mut expected = [0.0; 160];
    first.convert(&[0.125; 80], &mut expected);
    assert_eq!(whole.block(rate, &Encoder::G711(G711Encoder::new(Law::Mu))).0, expected);
    stranger.convert(&[0.125; 80], &mut out);
    whole.begin_block(true);
    // After a block that both had they remember the same.
    assert!(hear(&mut whole, 0.25, &stranger, false) && whole.conversion_before(rate).unwrap().has_state_of(&first));
    // In silence nobody asks, and who followed goes on.
    (0..3).for_each(|_| whole.begin_block(false));
    assert!(hear(&mut whole, 0.25, &own(), true) && !hear(&mut whole, 0.25, &own(), false), "not begun anew");
    // Others were heard, and nobody by this.
    (0..2).for_each(|_| whole.begin_block(true));
    assert!(hear(&mut whole, 0.25, &own(), false), "begun anew");
    assert!(!whole.hear_at(SampleRate::Hz48000, Some(&own()), true) && !whole.hear_at(rate, None, true));
}
