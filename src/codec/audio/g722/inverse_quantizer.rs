//! Real-time: blocks 2 and 5: inverse quantizers of both bands (clauses 6.2.1.2, 6.2.2.2, 6.2.3.1; tables 17 to 20).

use super::mode::G722Mode;

/// QQ4 with its sign, by the four most significant bits of the code.
#[rustfmt::skip]
const QM4: [i16; 16] = [
    0, -20456, -12896, -8968, -6288, -4240, -2584, -1200,
    20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
];

/// QQ5 with its sign, by the five most significant bits of the code.
#[rustfmt::skip]
const QM5: [i16; 32] = [
    -280, -280, -23352, -17560, -14120, -11664, -9752, -8184,
    -6864, -5712, -4696, -3784, -2960, -2208, -1520, -880,
    23352, 17560, 14120, 11664, 9752, 8184, 6864, 5712,
    4696, 3784, 2960, 2208, 1520, 880, 280, -280,
];

/// QQ6 with its sign, by the whole code.
#[rustfmt::skip]
const QM6: [i16; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704,
    -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
    -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576,
    -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
    24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192,
    10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
    4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032,
    1688, 1360, 1040, 728, 432, 136, -432, -136,
];

/// QQ2 with its sign, by the code of the higher band.
const QM2: [i16; 4] = [-7408, -1616, 7408, 1616];

#[inline(always)]
fn scaled(entry: i16, det: i32) -> i32 {
    (i32::from(entry) * det) >> 15
}

/// INVQAL: DLT, the difference that the adaptation sees, from the four most significant bits of the code.
#[inline(always)]
pub(super) fn invqal(ril: u8, detl: i32) -> i32 {
    scaled(QM4[usize::from(ril & 15)], detl)
}

/// INVQBL: DL, the difference that the output gets, from as many bits of the code as the mode has.
#[inline(always)]
pub(super) fn invqbl(il: u8, detl: i32, mode: G722Mode) -> i32 {
    let entry = match mode {
        G722Mode::Kbps64 => QM6[usize::from(il & 63)],
        G722Mode::Kbps56 => QM5[usize::from((il & 63) >> 1)],
        G722Mode::Kbps48 => QM4[usize::from((il & 63) >> 2)],
    };
    scaled(entry, detl)
}

/// INVQAH: DH, the difference of the higher band.
#[inline(always)]
pub(super) fn invqah(ih: u8, deth: i32) -> i32 {
    scaled(QM2[usize::from(ih & 3)], deth)
}
