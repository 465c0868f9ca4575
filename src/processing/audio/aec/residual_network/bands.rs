//! Pure: the bands in which the network hears and answers: triangles between centres, 100 Hz apart at first and wider above 1.5 kHz; 50 Hz
//! a bin at every sample rate.

/// How many there are.
pub(super) const BANDS: usize = 40;
/// Bins that lie in bands: up to 8 kHz.
pub(in crate::processing::audio::aec) const BINS: usize = 161;
/// Bins of the centres.
const CENTRES: [u16; BANDS] = [
    1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 34, 37, 40, 43, 46, 50, 54, 58, 63, 68, 73, 78, 84, 90,
    96, 103, 110, 117, 124, 131, 138, 145, 152, 158,
];

/// For each bin: the band below it, and the share of the one above.
static PLACES: [(usize, f32); BINS] = places();
/// Of each band: one over the sum of its bins' shares.
static SCALES: [f32; BANDS] = scales();

const fn places() -> [(usize, f32); BINS] {
    let mut places = [(0, 0.0); BINS];
    let (mut bin, mut band) = (0, 0);
    while bin < BINS {
        while band + 2 < BANDS && bin >= CENTRES[band + 1] as usize {
            band += 1;
        }
        let (low, high) = (CENTRES[band] as f32, CENTRES[band + 1] as f32);
        let share = (bin as f32 - low) / (high - low);
        places[bin] = (band, share.clamp(0.0, 1.0));
        bin += 1;
    }
    places
}

const fn scales() -> [f32; BANDS] {
    let places = places();
    let mut sums = [0.0; BANDS];
    let mut bin = 0;
    while bin < BINS {
        let (band, share) = places[bin];
        sums[band] += 1.0 - share;
        sums[band + 1] += share;
        bin += 1;
    }
    let mut band = 0;
    while band < BANDS {
        sums[band] = 1.0 / sums[band];
        band += 1;
    }
    sums
}

/// The means over the bands of what each bin has; bins that are not there have nothing.
pub(super) fn means(bins: impl Iterator<Item = f32>) -> [f32; BANDS] {
    let mut bands = [0.0; BANDS];
    for (value, (band, share)) in bins.zip(&PLACES) {
        if let Some([low, high]) = bands.get_mut(*band..band + 2) {
            *low += (1.0 - share) * value;
            *high += share * value;
        }
    }
    for (sum, scale) in bands.iter_mut().zip(&SCALES) {
        *sum *= scale;
    }
    bands
}

/// What each bin has of what the bands say.
pub(super) fn spread(bands: &[f32], bins: &mut [f32; BINS]) {
    for (bin, (band, share)) in bins.iter_mut().zip(&PLACES) {
        if let Some([low, high]) = bands.get(*band..band + 2) {
            *bin = low + share * (high - low);
        }
    }
}
