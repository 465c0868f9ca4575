//! Real-time: numbers without audio over their span.

use super::NonAudioSequences;

#[test]
fn numbers_are_remembered_over_their_span_and_no_further() {
    let mut numbers = NonAudioSequences::default();
    assert_eq!(numbers.between(0, 1_000), 0);
    for sequence in [10, 12, 11, 12, 300] {
        numbers.insert(sequence);
    }
    assert_eq!(
        (numbers.between(10, 13), numbers.between(13, 300), numbers.between(290, 400)),
        (0, 0, 1),
        "10 is too old"
    );
    numbers.insert(298);
    assert_eq!((numbers.between(290, 301), numbers.between(299, 300)), (2, 0));
    numbers.insert(65_536);
    assert_eq!((numbers.between(0, 65_536), numbers.between(65_536, 65_540)), (0, 1));
}
