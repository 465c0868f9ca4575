//! Real-time: the suppressor of a canceller as it comes and goes: it goes once it lets all through, so that its end is
//! no edge.

use super::spectrum::Transform;
use super::suppressor::{Filtered, Suppressor};
use super::{AecParams, EchoSuppression};

/// The suppressor of a canceller as it comes and goes: it goes once it lets all through, so that its end is no edge.
#[derive(Debug)]
pub(super) struct Residual {
    suppressor: Suppressor,
    works: bool,
    leaving: bool,
}

impl Residual {
    pub(super) fn new(block: usize, params: &AecParams) -> Self {
        let mut residual = Self { suppressor: Suppressor::new(block), works: false, leaving: false };
        residual.set(params);
        residual
    }

    /// Takes suppression and comfort noise, from the next block on.
    pub(super) fn set(&mut self, params: &AecParams) {
        let off = params.suppression == EchoSuppression::Off;
        if !off && !self.works {
            self.suppressor.reset();
        }
        self.leaving = off && self.works;
        self.works |= !off;
        self.suppressor.set(params.suppression, params.comfort_noise);
    }

    pub(super) fn reset(&mut self) {
        self.suppressor.reset();
    }

    /// Whether the near end is taken to speak.
    pub(super) fn near_speaks(&self) -> bool {
        self.works && self.suppressor.near_speaks()
    }

    pub(super) fn process(&mut self, filtered: Filtered<'_>, near: &mut [f32], transform: &mut Transform) {
        if !self.works {
            return;
        }
        self.suppressor.process(filtered, near, transform);
        if self.leaving && self.suppressor.is_through() {
            (self.works, self.leaving) = (false, false);
        }
    }
}
