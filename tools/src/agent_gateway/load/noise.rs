//! Pure: noise in µ-law, by seed and place: each sample is another, so that one that is missing, moved or changed is seen.

/// The octet at that place.
pub(in crate::agent_gateway) fn octet(seed: u64, at: u64) -> u8 {
    // splitmix64.
    let mut z = (seed << 40).wrapping_add(at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let octet = (z >> 33) as u8;
    // Both zeros of µ-law are one sample: 0x7f comes back as 0xff.
    if octet & 0x7f == 0x7f { 0xf0 } else { octet }
}

/// So many from a place on.
pub(in crate::agent_gateway) fn octets(seed: u64, at: u64, count: usize) -> Vec<u8> {
    (at..at + count as u64).map(|at| octet(seed, at)).collect()
}
