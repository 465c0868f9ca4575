//! Pure: what tests of kernels share: a kernel as it is compiled for each instruction set, and samples to try it on.

/// All versions of the function at `$body`, which is `inline(always)`: for the baseline, for AVX2, and for AVX-512 as far
/// as processors before Ice Lake have it, where this machine can run them.
macro_rules! on_each_path {
    ($body:path, fn($($arg:ident: $type:ty),*) -> $result:ty) => {{
        let mut paths: Vec<(&'static str, fn($($type),*) -> $result)> = vec![("baseline", $body)];
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "avx2")]
            fn avx2($($arg: $type),*) -> $result {
                $body($($arg),*)
            }
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
            fn avx512($($arg: $type),*) -> $result {
                $body($($arg),*)
            }
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the feature was detected.
                paths.push(("AVX2", |$($arg),*| unsafe { avx2($($arg),*) }));
            }
            let has_avx512 = is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if has_avx512 {
                // SAFETY: the features were detected.
                paths.push(("AVX-512", |$($arg),*| unsafe { avx512($($arg),*) }));
            }
        }
        paths
    }};
}

pub(crate) use on_each_path;

/// A generator of test numbers (splitmix64); a seed gives the same numbers each run.
#[derive(Debug)]
pub struct Numbers(pub u64);

impl Numbers {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// From 0 to `n` - 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// From -`peak` to `peak`, of all f32 there are between.
    pub fn sample(&mut self, peak: f32) -> f32 {
        ((self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0) as f32 * peak
    }

    pub fn frame(&mut self, length: usize, peak: f32) -> Vec<f32> {
        (0..length).map(|_| self.sample(peak)).collect()
    }

    /// A frame with what no frame should have: NaN, infinities, denormals, values around full scale.
    pub fn wild_frame(&mut self, length: usize) -> Vec<f32> {
        const ODD: [f32; 14] = [
            f32::NAN,
            -f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
            1e-42,
            -0.0,
            1.0,
            -1.0,
            0.999_999_9,
            -0.999_999_9,
            1.000_001,
            -1.000_001,
            -3.5,
        ];
        (0..length).map(|_| if self.below(4) == 0 { ODD[self.below(ODD.len())] } else { self.sample(1.2) }).collect()
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// Bit for bit, with all NaN alike.
pub fn same(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}
