//! Pure: channel mixing by matrix.

use super::*;

#[test]
fn usual_gains() {
    let mix = |inputs, outputs, input: &[f32]| {
        let mut mixer = ChannelMixer::new(inputs, outputs).unwrap();
        let mut out = vec![9.0; input.len() / inputs * outputs];
        assert_eq!(mixer.mix(input, &mut out), Ok(input.len() / inputs));
        out
    };
    assert_eq!(mix(1, 2, &[0.1, 0.2]), [0.1, 0.2, 0.1, 0.2]);
    assert_eq!(mix(2, 1, &[0.5, -0.5, 0.25, 0.5]), [0.375, 0.0]);
    assert_eq!(mix(2, 2, &[0.1, 0.2, 0.3, 0.4]), [0.1, 0.2, 0.3, 0.4]);
    assert_eq!(mix(4, 1, &[0.4, 0.8, 0.0, 0.4]), [0.4]);
}

#[test]
fn a_matrix_has_a_row_per_output() {
    let mut mixer = ChannelMixer::with_gains(2, 3, &[1.0, 0.0, 0.0, -1.0, 0.5, 0.25]).unwrap();
    let mut out = [0.0; 3];
    assert_eq!(mixer.mix(&[0.5, 1.0], &mut out), Ok(1));
    assert_eq!(out, [0.5, -1.0, 0.5]);
    assert_eq!((mixer.inputs(), mixer.outputs()), (2, 3));
}

#[test]
fn new_gains_come_without_a_step() {
    let mut mixer = ChannelMixer::with_gains(1, 1, &[1.0]).unwrap();
    let (input, mut out) = ([0.5; 80], [0.0; 240]);
    mixer.mix(&input, &mut out[..80]).unwrap();
    mixer.set_gains(&[0.0]).unwrap();
    mixer.mix(&input, &mut out[80..160]).unwrap();
    mixer.mix(&input, &mut out[160..]).unwrap();
    assert!(out[..80].iter().all(|&y| y == 0.5) && out[160..].iter().all(|&y| y == 0.0));
    assert!(out.windows(2).all(|w| (w[0] - w[1]).abs() < 0.5 / 79.0));
}

#[test]
fn wrong_sizes_and_values_are_typed() {
    assert!(matches!(ChannelMixer::new(2, 3), Err(FormatError::Channels { given: 3, .. })));
    assert!(matches!(ChannelMixer::new(0, 0), Err(FormatError::Channels { given: 0, .. })));
    assert!(matches!(ChannelMixer::new(1, 9), Err(FormatError::Channels { given: 9, .. })));
    assert_eq!(ChannelMixer::with_gains(2, 1, &[1.0]).unwrap_err(), FormatError::Matrix { given: 1, expected: 2 });
    let mut mixer = ChannelMixer::new(2, 1).unwrap();
    assert!(mixer.set_gains(&[f32::NAN, 1.0]).is_err());
    assert_eq!(mixer.mix(&[0.0; 3], &mut [0.0; 3]), Err(FormatFault::BadBlock));
    assert_eq!(mixer.mix(&[0.0; 4], &mut [0.0; 1]), Err(FormatFault::ShortOutput));
    assert_eq!(mixer.mix(&[], &mut []), Ok(0));
}

#[test]
fn a_bad_sample_stays_alone() {
    let mut mixer = ChannelMixer::new(2, 1).unwrap();
    let mut out = [0.0; 3];
    mixer.mix(&[f32::NAN, 1.0, f32::INFINITY, 0.5, 0.5, 0.5], &mut out).unwrap();
    assert_eq!(out, [0.25, 0.75, 0.25]);
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let input: Vec<f32> = (0..483).map(|n| (n as f32 * 0.37).sin()).collect();
    for (before, gain) in [(0.7, 0.7), (0.1, 0.9)] {
        let (mut dispatched, mut portable) = ([0.1; 483], [0.1; 483]);
        add(&mut dispatched, &input, before, gain);
        add_portable(&mut portable, &input, before, gain);
        assert_eq!(dispatched, portable);
    }
}
