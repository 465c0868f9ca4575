//! Pure: voice activity detection and silence description (Annex B).

/// Autocorrelation of the low-band filter (0 to 1 kHz), clause B.3.1.3.
pub static LOW_BAND: [i16; 13] = [7869, 7011, 4838, 2299, 321, -660, -782, -484, -164, 3, 39, 21, 4];

/// Exponent of the first means by the number of quiet frames among the first 32.
pub static QUIET_SHIFT: [u8; 33] =
    [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 0];

/// Mantissa of it, Q15.
pub static QUIET_FACTOR: [i16; 33] = [
    32_767, 16_913, 17_476, 18_079, 18_725, 19_418, 20_165, 20_972, 21_845, 22_795, 23_831, 24_966, 26_214, 27_594,
    29_127, 30_840, 32_767, 17_476, 18_725, 20_165, 21_845, 23_831, 26_214, 29_127, 32_767, 18_725, 21_845, 26_214,
    32_767, 21_845, 32_767, 32_767, 0,
];

/// Equation (B.15) by the number of energies (0: an active frame), Q15.
pub static ENERGY_FACTOR: [i16; 3] = [410, 26, 13];

/// Bits of margin by the number of energies.
pub static ENERGY_MARGIN: [i32; 3] = [0, 0, 1];

/// Gain of the excitation by index, Q3.
pub static SID_GAIN: [i16; 32] = [
    2, 5, 8, 13, 20, 32, 50, 64, 80, 101, 127, 160, 201, 253, 318, 401, 505, 635, 800, 1007, 1268, 1596, 2010, 2530,
    3185, 4009, 5048, 6355, 8000, 10_071, 12_679, 15_962,
];

/// Equation (B.18): the predictors of silence descriptors, Q15.
pub static NOISE_PREDICTORS: [[[i16; 10]; 4]; 2] = [
    [
        [8421, 9109, 9175, 8965, 9034, 9057, 8765, 8775, 9106, 8673],
        [7018, 7189, 7638, 7307, 7444, 7379, 7038, 6956, 6930, 6868],
        [5472, 4990, 5134, 5177, 5246, 5141, 5206, 5095, 4830, 5147],
        [4056, 3031, 2614, 3024, 2916, 2713, 3309, 3237, 2857, 3473],
    ],
    [
        [8145, 8617, 8779, 8648, 8718, 8829, 8713, 8705, 8806, 8231],
        [5894, 5525, 5603, 5773, 6016, 5968, 5896, 5835, 5721, 5707],
        [4568, 3765, 3605, 3963, 4144, 4038, 4225, 4139, 3914, 4255],
        [3643, 2455, 1944, 2466, 2438, 2259, 2798, 2775, 2479, 3124],
    ],
];

/// What a predictor leaves to the present frame, Q15.
pub static NOISE_REST: [[i16; 10]; 2] = [
    [7798, 8447, 8205, 8293, 8126, 8477, 8447, 8703, 9043, 8604],
    [10_514, 12_402, 12_833, 11_914, 11_447, 11_670, 11_132, 11_311, 11_844, 11_447],
];

/// Inverse of that, Q12.
pub static NOISE_REST_INVERSE: [[i16; 10]; 2] = [
    [17_210, 15_888, 16_357, 16_183, 16_516, 15_833, 15_888, 15_421, 14_840, 15_597],
    [12_764, 10_821, 10_458, 11_264, 11_724, 11_500, 12_056, 11_865, 11_331, 11_724],
];

/// Entries of L1 that descriptors use.
pub static NOISE_FIRST_STAGE: [u8; 32] = [
    96, 52, 20, 54, 86, 114, 82, 68, 36, 121, 48, 92, 18, 120, 94, 124, 50, 125, 4, 100, 28, 76, 12, 117, 81, 22, 90,
    116, 127, 21, 108, 66,
];

/// Entries of L2 and L3 that descriptors use.
pub static NOISE_SECOND_STAGE: [[u8; 16]; 2] = [
    [31, 21, 9, 3, 10, 2, 19, 26, 4, 3, 11, 29, 15, 27, 21, 12],
    [16, 1, 0, 0, 8, 25, 22, 20, 19, 23, 20, 31, 4, 31, 20, 31],
];

/// Weight of the first stage distance by predictor, Q15.
pub static NOISE_PREDICTOR_WEIGHT: [i16; 2] = [8644, 16_572];
