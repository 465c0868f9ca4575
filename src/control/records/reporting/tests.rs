//! Control: canonical names.

use super::*;

#[test]
fn a_canonical_name_is_sixteen_letters_of_base64_and_tells_numbers_apart() {
    let name = canonical_name(0x0123_4567_89ab_cdef, 42);
    assert!(name.iter().all(|letter| LETTERS.contains(letter)));
    assert_ne!(name, canonical_name(0x0123_4567_89ab_cdee, 42));
    assert_ne!(name, canonical_name(0x0123_4567_89ab_cdef, 43));
}
