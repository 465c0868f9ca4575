//! Pure: by how much one sound is later in another.

/// What the search thins out to, Hz: speech has its power below half of it.
const COARSE_HZ: u32 = 2_000;

/// A sound, and the same thinned out.
#[derive(Debug)]
pub struct Searched {
    fine: Vec<f32>,
    coarse: Vec<f32>,
    factor: usize,
    rate: u32,
}

impl Searched {
    /// A sound at that rate.
    #[must_use]
    pub fn new(pcm: &[f32], rate: u32) -> Self {
        let factor = (rate / COARSE_HZ) as usize;
        // Two means after one another let little through that folds back.
        let mean = |pcm: &[f32]| -> Vec<f32> {
            let sum = |n: usize| pcm[n.saturating_sub(factor - 1)..=n].iter().sum::<f32>() / factor as f32;
            (0..pcm.len()).map(sum).collect()
        };
        let coarse = mean(&mean(pcm)).into_iter().step_by(factor).collect();
        Self { fine: pcm.to_vec(), coarse, factor, rate }
    }

    /// By how many ms that part (in seconds) of it is later in `other`, of the same rate, within a range of ms; and how alike both
    /// are there, 0 to 1. None where it is silent.
    #[must_use]
    pub fn lag(&self, other: &Self, [from, to]: [f64; 2], [least, most]: [f64; 2]) -> Option<(f64, f64)> {
        let at = |s: f64, rate: f64| (s * rate).round() as usize;
        let coarse_hz = f64::from(self.rate) / self.factor as f64;
        let steps = |ms: f64, rate: f64| (ms / 1e3 * rate).round() as isize;
        let part = [at(from, coarse_hz), at(to, coarse_hz)];
        let range = [steps(least, coarse_hz), steps(most, coarse_hz)];
        let (rough, _) = best(&self.coarse, &other.coarse, part, range)?;
        let around = self.factor as isize;
        let range = [(rough - 1) * around, (rough + 1) * around];
        let part = [at(from, self.rate.into()), at(to, self.rate.into())];
        let (fine, alike) = best(&self.fine, &other.fine, part, range)?;
        Some((fine as f64 * 1e3 / f64::from(self.rate), alike))
    }
}

/// The shift in samples at which a part of `one` is most like `other`, and how much.
fn best(one: &[f32], other: &[f32], [from, to]: [usize; 2], [least, most]: [isize; 2]) -> Option<(isize, f64)> {
    let part = one.get(from..to.min(one.len()))?;
    let power = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>();
    let own = power(part);
    let alike = |shift: isize| -> Option<(isize, f64)> {
        let begin = from.checked_add_signed(shift)?;
        let there = other.get(begin..begin + part.len())?;
        let product: f32 = part.iter().zip(there).map(|(x, y)| x * y).sum();
        let both = f64::from(own) * f64::from(power(there));
        (both > 1e-12).then(|| (shift, f64::from(product) / both.sqrt()))
    };
    (least..=most).filter_map(alike).max_by(|a, b| a.1.total_cmp(&b.1))
}
