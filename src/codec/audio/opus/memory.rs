//! Pure: memory for codec states, which libopus keeps free of pointers into themselves (`opus.h`: a shallow copy suffices).

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

/// A cache line of codec state. `MaybeUninit` because the state has padding and pointers to constant tables, which a
/// copy by octets of a number type would lose.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[expect(dead_code, reason = "libopus reads it")] [MaybeUninit<u8>; 64]);

const _: () = assert!(size_of::<Line>() == 64);

/// Memory for one codec state.
pub(super) struct Memory(Box<[Line]>);

impl Memory {
    /// Control side: allocates. Zeroed, so that each page is there before a media thread touches it.
    #[expect(clippy::disallowed_macros, reason = "control side")]
    pub fn new(octets: c_int) -> Self {
        let lines = usize::try_from(octets).unwrap_or(0).div_ceil(64);
        Self(vec![Line([MaybeUninit::zeroed(); 64]); lines].into_boxed_slice())
    }

    pub fn copy_from(&mut self, other: &Self) -> bool {
        let same = self.0.len() == other.0.len();
        if same {
            self.0.copy_from_slice(&other.0);
        }
        same
    }

    pub fn octets(&self) -> usize {
        self.0.len() * 64
    }

    pub fn raw(&mut self) -> *mut c_void {
        self.0.as_mut_ptr().cast()
    }
}
