//! Pure: the codebooks of the gains.

/// GA: share of the adaptive codebook gain (Q14) and of the correction factor (Q13).
pub static GAIN_FIRST_STAGE: [[i16; 2]; 8] =
    [[1, 1516], [1551, 2425], [1831, 5022], [57, 5404], [1921, 9291], [3242, 9949], [356, 14_756], [2678, 27_162]];

/// GB.
pub static GAIN_SECOND_STAGE: [[i16; 2]; 16] = [
    [826, 2005],
    [1994, 0],
    [5142, 592],
    [6160, 2395],
    [8091, 4861],
    [9120, 525],
    [10_573, 2966],
    [11_569, 1196],
    [13_260, 3256],
    [14_194, 1630],
    [15_132, 4914],
    [15_161, 14_276],
    [15_434, 237],
    [16_112, 3392],
    [17_299, 1861],
    [18_973, 5935],
];

/// Codeword of each entry of GA.
pub static GAIN_FIRST_CODE: [u8; 8] = [5, 1, 4, 7, 3, 0, 6, 2];

/// Codeword of each entry of GB.
pub static GAIN_SECOND_CODE: [u8; 16] = [4, 6, 0, 2, 12, 14, 8, 10, 15, 11, 9, 13, 7, 3, 1, 5];

/// Entry of GA of each codeword.
pub static GAIN_FIRST_ENTRY: [u8; 8] = [5, 1, 7, 4, 2, 0, 6, 3];

/// Entry of GB of each codeword.
pub static GAIN_SECOND_ENTRY: [u8; 16] = [2, 14, 3, 13, 0, 15, 1, 12, 6, 10, 7, 9, 4, 11, 5, 8];

/// Lines on which the preselection projects the unquantized gains: slopes Q10 and Q14, offsets Q11 and Q15.
pub static PRESELECTION: [[i16; 2]; 2] = [[31_881, 26_416], [31_548, 27_816]];

/// The same with 32 bits.
pub static PRESELECTION_WIDE: [[i32; 2]; 2] = [[2_089_405_952, 1_731_217_536], [2_067_549_984, 1_822_990_272]];

/// Borders of the preselection in GA, Q14.
pub static FIRST_THRESHOLDS: [i16; 4] = [10_808, 12_374, 19_778, 32_567];

/// Borders of the preselection in GB, Q15.
pub static SECOND_THRESHOLDS: [i16; 8] = [14_087, 16_188, 20_274, 21_321, 23_525, 25_232, 27_873, 30_542];

/// Equation (69), Q13.
pub static ENERGY_PREDICTOR: [i16; 4] = [5571, 4751, 2785, 1556];
