//! Pure: any sequence of packets: the fuzz body over seeded data.

use crate::buffer::fuzz;

fn random(seed: u64, n: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect()
}

#[test]
fn any_packets_keep_the_invariants() {
    for seed in 0..300 {
        let data = random(seed, 40 + (seed as usize * 37) % 1_500);
        if let Err(panic) = std::panic::catch_unwind(|| fuzz::receive(&data)) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn mostly_sane_packets_keep_the_invariants() {
    for seed in 0..300 {
        // Only here and there an event that is not a packet or a tick.
        let data: Vec<u8> = random(seed, 1_200)
            .chunks(2)
            .flat_map(|pair| {
                if pair[0] < 230 { [if pair[0] & 1 == 1 { 46 } else { 32 }, pair[1] & 31] } else { [pair[0], pair[1]] }
            })
            .collect();
        if let Err(panic) = std::panic::catch_unwind(|| fuzz::receive(&data)) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}
