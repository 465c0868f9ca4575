//! Pure: the sample rates of the engine.

use std::fmt;

/// A sample rate in Hz that frames may have.
///
/// ```
/// use media_core::SampleRate;
///
/// assert_eq!(SampleRate::from_hz(16_000), Some(SampleRate::Hz16000));
/// assert_eq!(SampleRate::Hz16000.block_samples(), 160); // 10 ms
/// assert_eq!(SampleRate::from_hz(44_100), None); // integration::ResampledPcmReader reads at that
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum SampleRate {
    /// 8 kHz, narrowband.
    #[default]
    Hz8000,
    /// 16 kHz, wideband.
    Hz16000,
    /// 24 kHz.
    Hz24000,
    /// 32 kHz, super-wideband.
    Hz32000,
    /// 48 kHz, fullband.
    Hz48000,
}

impl SampleRate {
    /// All of them, ascending.
    pub const ALL: [Self; 5] = [Self::Hz8000, Self::Hz16000, Self::Hz24000, Self::Hz32000, Self::Hz48000];

    /// In Hz.
    pub const fn hz(self) -> u32 {
        match self {
            Self::Hz8000 => 8_000,
            Self::Hz16000 => 16_000,
            Self::Hz24000 => 24_000,
            Self::Hz32000 => 32_000,
            Self::Hz48000 => 48_000,
        }
    }

    /// The rate of that many Hz, if it is one of ours.
    pub fn from_hz(hz: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.hz() == hz)
    }

    /// Samples per channel in a block of 10 ms.
    pub const fn block_samples(self) -> usize {
        self.hz() as usize / 100
    }
}

impl fmt::Display for SampleRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz", self.hz())
    }
}
