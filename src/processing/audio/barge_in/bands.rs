//! Real-time: spectra of 50 Hz a bin in bands of the telephone's range.

/// Bands; a multiple of what a vector holds.
pub(super) const BANDS: usize = 16;
/// A power for each.
pub(super) type Bands = [f32; BANDS];

/// Where they begin and end, in bins: 200 Hz to 3.5 kHz.
const EDGES: [usize; BANDS + 1] = [4, 6, 8, 10, 12, 14, 17, 20, 23, 27, 31, 36, 42, 48, 55, 62, 70];

/// Power of a half spectrum in each band.
pub(super) fn power(re: &[f32], im: &[f32]) -> Bands {
    let mut bands = [0.0; BANDS];
    for (band, edges) in bands.iter_mut().zip(EDGES.windows(2)) {
        let [from, to] = *edges else { continue };
        let parts = re.get(from..to).unwrap_or_default().iter().zip(im.get(from..to).unwrap_or_default());
        *band = parts.map(|(re, im)| re * re + im * im).sum();
    }
    bands
}

/// Power of the sum of two spectra in each band.
pub(super) fn power_of_sum(a: (&[f32], &[f32]), b: (&[f32], &[f32])) -> Bands {
    let mut bands = [0.0; BANDS];
    for (band, edges) in bands.iter_mut().zip(EDGES.windows(2)) {
        let [from, to] = *edges else { continue };
        let re = a.0.get(from..to).unwrap_or_default().iter().zip(b.0.get(from..to).unwrap_or_default());
        let im = a.1.get(from..to).unwrap_or_default().iter().zip(b.1.get(from..to).unwrap_or_default());
        *band = re.zip(im).map(|((ar, br), (ai, bi))| (ar + br) * (ar + br) + (ai + bi) * (ai + bi)).sum();
    }
    bands
}
