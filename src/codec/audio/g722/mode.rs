//! Pure: the three modes of G.722 (clause 1.2): how many bits of an octet's lower band carry audio.

/// Bit rate of the audio. The octet rate is 8,000/s in each: what audio does not use is the auxiliary data channel.
///
/// Example: [`G722Encoder`](crate::codec::G722Encoder).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum G722Mode {
    /// Mode 1: 64 kbit/s of audio. The only one that RTP has (RFC 3551).
    #[default]
    Kbps64,
    /// Mode 2: 56 kbit/s of audio, 8 kbit/s of data in the last bit.
    Kbps56,
    /// Mode 3: 48 kbit/s of audio, 16 kbit/s of data in the last two bits.
    Kbps48,
}

impl G722Mode {
    /// From kbit/s: 64, 56 or 48, else `None`.
    pub const fn from_kbps(kbps: u32) -> Option<Self> {
        match kbps {
            64 => Some(Self::Kbps64),
            56 => Some(Self::Kbps56),
            48 => Some(Self::Kbps48),
            _ => None,
        }
    }

    /// The bit rate of the audio in kbit/s.
    pub const fn kbps(self) -> u32 {
        64 - 8 * self.auxiliary_bits()
    }

    /// Bits at the end of each octet that carry no audio.
    pub const fn auxiliary_bits(self) -> u32 {
        match self {
            Self::Kbps64 => 0,
            Self::Kbps56 => 1,
            Self::Kbps48 => 2,
        }
    }
}
