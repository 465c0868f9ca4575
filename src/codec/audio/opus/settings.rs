//! Pure: how an Opus encoder works. All of it may be changed between two packets.

use crate::codec::format::OpusParameters;
use crate::error::ConfigError;
use crate::types::setters;

/// The longest Deep Redundancy, ms.
pub(crate) const MOST_DRED_MS: u16 = 1_000;

/// What the encoder is tuned for.
///
/// Example: [`OpusSettings`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum OpusApplication {
    /// Speech that is to be understood.
    #[default]
    Voip,
    /// Music, and mixtures.
    Audio,
    /// Least delay, 2.5 ms instead of 6.5; no speech model.
    RestrictedLowdelay,
}

/// Bit rate.
///
/// Example: [`OpusSettings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum OpusBitrate {
    /// As libopus chooses by sample rate, channels and packet time.
    Auto,
    /// That many bit/s, 6000..=510000; clamped.
    Bits(u32),
    /// As much as the packet holds.
    Max,
}

/// Audio bandwidth.
///
/// Example: [`OpusSettings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "snake_case")]
pub enum OpusBandwidth {
    /// 4 kHz.
    Narrowband,
    /// 6 kHz.
    Mediumband,
    /// 8 kHz.
    Wideband,
    /// 12 kHz.
    Superwideband,
    /// 20 kHz.
    Fullband,
}

impl OpusBandwidth {
    /// The bandwidth that a sample rate in Hz can render (RFC 7587 section 4.1).
    pub const fn of_rate(hz: u32) -> Self {
        match hz {
            0..=8_000 => Self::Narrowband,
            8_001..=12_000 => Self::Mediumband,
            12_001..=16_000 => Self::Wideband,
            16_001..=24_000 => Self::Superwideband,
            _ => Self::Fullband,
        }
    }
}

/// Settings of an encoder. Numbers out of range are clamped where they are used; [`check`](Self::check) finds them.
///
/// Of a session by [`set_opus`](crate::MediaSessionHandle::set_opus), while it runs.
///
/// ```
/// use media_core::codec::{OpusApplication, OpusBandwidth, OpusBitrate, OpusSettings};
///
/// let settings = OpusSettings::session().bitrate(OpusBitrate::Bits(16_000)).max_bandwidth(OpusBandwidth::Wideband);
/// assert_eq!(settings.application, OpusApplication::Voip);
/// assert!(settings.check().is_ok());
/// assert!(settings.bitrate(OpusBitrate::Bits(100)).check().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct OpusSettings {
    /// What it is tuned for. A change restarts the encoder: what it has of the past is forgotten.
    pub application: OpusApplication,
    /// Bit rate.
    pub bitrate: OpusBitrate,
    /// Computing effort, 0..=10. 5 costs about half of 10 and is hardly worse for speech.
    pub complexity: u8,
    /// Each packet of the same size, instead of a variable rate with that mean.
    pub constant_bitrate: bool,
    /// Each packet of speech carries its predecessor in low quality (LBRR, RFC 6716 section 2.1.7), if `expected_loss_percent`
    /// is not 0. Where the bit rate is not enough for both, the bandwidth is lowered for it; below 20 kbit/s (24 with packets
    /// of 10 or 30 ms) there is none, nor with [`OpusApplication::RestrictedLowdelay`].
    pub inband_fec: bool,
    /// Silence is not sent: the encoder gives empty packets but for one each 400 ms.
    pub dtx: bool,
    /// Packet loss that the encoder reckons with, 0..=100 %. With `inband_fec`, 1 to 5 are taken as 6.
    pub expected_loss_percent: u8,
    /// Deep Redundancy (draft-ietf-mlcodec-opus-dred): each packet carries up to so much of the speech before it, very coarsely
    /// coded, 0..=1000 ms, if `expected_loss_percent` is more than 5 and the audio is of 16 kHz or more; 0: none. It takes its share of the bit rate, which has to be
    /// 40 kbit/s or so where there is in-band FEC too, and costs the encoder a quarter more. Whoever does not know it passes
    /// over it. Needs the feature `opus-dred`.
    #[serde(default)]
    pub dred_ms: u16,
    /// The highest bandwidth to code. A running encoder comes down to it at the next pause, or within 6 s.
    pub max_bandwidth: OpusBandwidth,
}

impl Default for OpusSettings {
    /// Speech at 32 kbit/s, variable, complexity 5, no FEC, no DTX.
    fn default() -> Self {
        Self {
            application: OpusApplication::Voip,
            bitrate: OpusBitrate::Bits(32_000),
            complexity: 5,
            constant_bitrate: false,
            inband_fec: false,
            dtx: false,
            expected_loss_percent: 0,
            dred_ms: 0,
            max_bandwidth: OpusBandwidth::Fullband,
        }
    }
}

setters! {
    OpusSettings {
        application: OpusApplication,
        bitrate: OpusBitrate,
        complexity: u8,
        constant_bitrate: bool,
        inband_fec: bool,
        dtx: bool,
        expected_loss_percent: u8,
        dred_ms: u16,
        max_bandwidth: OpusBandwidth,
    }
}

impl OpusSettings {
    /// What a session works with unless told otherwise: as the default, with in-band FEC for a loss of 5 %, and FEC, DTX and
    /// (with the feature `opus-dred`) Deep Redundancy wherever the receiver asks for them.
    pub fn session() -> Self {
        let dred_ms = if cfg!(feature = "opus-dred") { MOST_DRED_MS } else { 0 };
        Self { inband_fec: true, expected_loss_percent: 5, dtx: true, dred_ms, ..Self::default() }
    }

    /// Whether all numbers are in range.
    ///
    /// # Errors
    /// [`ConfigError`]: which one is not, and what is legal.
    pub fn check(&self) -> Result<(), ConfigError> {
        if let OpusBitrate::Bits(bits) = self.bitrate
            && !(6_000..=510_000).contains(&bits)
        {
            return Err(ConfigError::new("bitrate", bits, "6000 to 510000 bit/s (RFC 6716 section 2.1.1)"));
        }
        if self.complexity > 10 {
            return Err(ConfigError::new("complexity", self.complexity, "0 to 10"));
        }
        if self.expected_loss_percent > 100 {
            return Err(ConfigError::new("expected_loss_percent", self.expected_loss_percent, "0 to 100 %"));
        }
        if self.dred_ms > MOST_DRED_MS {
            return Err(ConfigError::new("dred_ms", self.dred_ms, "0 to 1000 ms"));
        }
        if self.dred_ms > 0 && !cfg!(feature = "opus-dred") {
            return Err(ConfigError::new(
                "dred_ms",
                self.dred_ms,
                "0, or media-core built with the feature `opus-dred`",
            ));
        }
        Ok(())
    }

    /// These settings within what the receiver negotiated (RFC 7587 section 6.1): it can lower rate and bandwidth and ask
    /// for a constant bit rate; FEC, DTX and Deep Redundancy come only where both sides want them.
    #[must_use]
    pub fn within(self, parameters: &OpusParameters) -> Self {
        let bitrate = match (self.bitrate, parameters.max_average_bitrate) {
            (OpusBitrate::Bits(ours), Some(theirs)) => OpusBitrate::Bits(ours.min(theirs)),
            (_, Some(theirs)) => OpusBitrate::Bits(theirs),
            (ours, None) => ours,
        };
        Self {
            bitrate,
            constant_bitrate: self.constant_bitrate || parameters.constant_bitrate,
            inband_fec: self.inband_fec && parameters.inband_fec,
            dtx: self.dtx && parameters.dtx,
            dred_ms: self.dred_ms.min(parameters.dred_ms),
            max_bandwidth: self.max_bandwidth.min(OpusBandwidth::of_rate(parameters.max_playback_rate)),
            ..self
        }
    }
}
