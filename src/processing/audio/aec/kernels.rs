//! Real-time: the inner loops, each compiled for several instruction sets and picked at run time.

use multiversion::multiversion;

const LANES: usize = 16;

/// The inner product of two slices, over the shorter one's length.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Filters and adapts: to each weight its `old` sample times `step` is added, and the inner product of the new weights
/// with `new` is returned. One walk over the weights instead of two. All slices have the length of the weights, a multiple
/// of 16. Not a version of its own: it is to be compiled into its caller's.
#[inline(always)]
pub(super) fn adapt_and_filter(weights: &mut [f32], old: &[f32], step: f32, new: &[f32]) -> f32 {
    let mut sums = [0.0f32; 2 * LANES];
    let (old_chunks, new_chunks) = (old.chunks_exact(2 * LANES), new.chunks_exact(2 * LANES));
    for ((w, o), n) in weights.chunks_exact_mut(2 * LANES).zip(old_chunks).zip(new_chunks) {
        for (((w, o), n), sum) in w.iter_mut().zip(o).zip(n).zip(&mut sums) {
            *w += step * o;
            *sum += *w * n;
        }
    }
    sums.iter().sum::<f32>()
}

/// What [`correlate`] works on: one lag of the cross spectra, and the two whitened spectra at that lag.
pub(super) struct Lag<'a> {
    pub(super) re: &'a mut [f32],
    pub(super) im: &'a mut [f32],
    pub(super) far: (&'a [f32], &'a [f32]),
    pub(super) near: (&'a [f32], &'a [f32]),
}

/// Moves the cross spectrum of a lag on by `rate`, and returns its power.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn correlate(lag: Lag<'_>, rate: f32) -> f32 {
    let mut sums = [0.0f32; LANES];
    let far = lag.far.0.chunks_exact(LANES).zip(lag.far.1.chunks_exact(LANES));
    let near = lag.near.0.chunks_exact(LANES).zip(lag.near.1.chunks_exact(LANES));
    let cross = lag.re.chunks_exact_mut(LANES).zip(lag.im.chunks_exact_mut(LANES));
    for (((cr, ci), (xr, xi)), (yr, yi)) in cross.zip(far).zip(near) {
        for k in 0..LANES {
            let (re, im) = (xr[k] * yr[k] + xi[k] * yi[k], xr[k] * yi[k] - xi[k] * yr[k]);
            cr[k] += rate * (re - cr[k]);
            ci[k] += rate * (im - ci[k]);
            sums[k] += cr[k] * cr[k] + ci[k] * ci[k];
        }
    }
    sums.iter().sum()
}

/// The second block of `samples` is the echo; what `near` is beside it is the error.
pub(super) fn subtract(samples: &[f32], near: &[f32], echo: &mut [f32], error: &mut [f32]) {
    for (((sample, near), echo), error) in samples.iter().skip(near.len()).zip(near).zip(echo).zip(error) {
        *echo = *sample;
        *error = near - sample;
    }
}
