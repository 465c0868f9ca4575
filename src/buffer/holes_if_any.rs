//! Real-time: holes, and whether there are any: of a stream that is as it should be nothing else is looked at.

use super::holes::Holes;
use crate::types::TickNumber;
use std::ops::{Deref, DerefMut};

/// Holes that lie by themselves. Whatever changes them goes through here.
#[derive(Debug)]
pub(super) struct HolesIfAny {
    /// Something was noted since the last packet that was played and left nothing.
    any: bool,
    holes: Box<Holes>,
}

impl HolesIfAny {
    /// Allocates: control side.
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(super) fn new() -> Self {
        Self { any: false, holes: Box::new(Holes::new()) }
    }

    /// See [`Holes::is_empty`].
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        !self.any || self.holes.is_empty()
    }

    /// See [`Holes::close`].
    #[inline]
    pub(super) fn close(&mut self, tick: TickNumber, missing: i64, end: i64) {
        if self.any {
            self.holes.close(tick, missing, end);
            self.any = !self.holes.is_empty();
        }
    }
}

impl Deref for HolesIfAny {
    type Target = Holes;

    fn deref(&self) -> &Holes {
        &self.holes
    }
}

impl DerefMut for HolesIfAny {
    fn deref_mut(&mut self) -> &mut Holes {
        self.any = true;
        &mut self.holes
    }
}
