//! Real-time: the estimated echo taken out of a block, as much as is believed in.

/// Takes echo out; from one block to the next the share moves evenly.
#[derive(Debug, Default)]
pub(super) struct EchoSubtraction {
    share: f32,
}

impl EchoSubtraction {
    /// `out` is what is left of the near end when that share of the echo is taken out of it.
    pub(super) fn apply(&mut self, share: f32, [near, echo]: [&[f32]; 2], out: &mut [f32]) {
        let step = (share - self.share) / out.len().max(1) as f32;
        for ((out, near), echo) in out.iter_mut().zip(near).zip(echo) {
            self.share += step;
            *out = near - self.share * echo;
        }
        self.share = share;
    }
}
