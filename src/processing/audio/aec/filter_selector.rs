//! Real-time: which of two filters does better, and for how long: the better one is to teach the other.

/// Filter and shadow, by the power of their errors.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FilterSelector {
    /// Smoothed power of the error of filter and shadow.
    errors: [f32; 2],
    /// Blocks for which the shadow, or the filter, has done better.
    better: [u8; 2],
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WeightTransfer {
    /// The filter takes the shadow's weights.
    FromShadow,
    /// The shadow takes the filter's.
    ToShadow,
}

impl FilterSelector {
    /// The shadow leaves much less: the path has changed, or the near end speaks.
    pub(super) fn is_shadow_better(&self) -> bool {
        self.errors[1] < 0.7 * self.errors[0]
    }

    /// Takes the power of a block's errors, of filter and shadow; `fits`: the filter is known to be right.
    pub(super) fn update(&mut self, errors: [f32; 2], fits: bool) -> Option<WeightTransfer> {
        for (held, now) in self.errors.iter_mut().zip(errors) {
            *held += 0.25 * (now - *held);
        }
        let [main, shadow] = self.errors;
        let count = |now: bool, held: u8| if now { held.saturating_add(1) } else { 0 };
        self.better = [count(shadow < 0.5 * main, self.better[0]), count(main < 0.5 * shadow, self.better[1])];
        if self.better[0] >= 4 && !fits && main > 1e-8 {
            (self.errors[0], self.better[0]) = (shadow, 0);
            return Some(WeightTransfer::FromShadow);
        }
        if self.better[1] >= 10 {
            (self.errors[1], self.better[1]) = (main, 0);
            return Some(WeightTransfer::ToShadow);
        }
        None
    }
}
