//! Pure: the format parameters of Opus (RFC 7587 section 6.1).

use super::RefusalReason;
use super::fmtp::{flag, number};
use crate::codec::format::{Fmtp, OpusParameters};

/// The key of Deep Redundancy.
pub(super) const DRED: &str = "x-dred";
const MOST_DRED_MS: u32 = 1_000;
const HAS_DRED: bool = cfg!(feature = "opus-dred");

/// What one side states about its Opus stream. All but the two `sprop` parameters are wishes of the receiver, so that
/// the two directions need not be alike.
///
/// ```
/// use media_core::codec::{Fmtp, OpusFmtp};
///
/// let theirs = OpusFmtp::read(&Fmtp::parse("maxplaybackrate=16000;useinbandfec=1"))?;
/// let limits = theirs.limits_for(&OpusFmtp::default()); // what we send them
/// assert!(limits.max_playback_rate == 16_000 && limits.inband_fec && !limits.stereo);
/// assert!(OpusFmtp::read(&Fmtp::parse("maxplaybackrate=wide")).is_err());
/// # Ok::<(), media_core::codec::RefusalReason>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpusFmtp {
    /// `maxplaybackrate` in Hz.
    pub max_playback_rate: u32,
    /// `sprop-maxcapturerate` in Hz: what this side sends.
    pub max_capture_rate: u32,
    /// `maxaveragebitrate` in bit/s.
    pub max_average_bitrate: Option<u32>,
    /// `stereo`.
    pub stereo: bool,
    /// `sprop-stereo`: this side is likely to send two channels.
    pub sprop_stereo: bool,
    /// `cbr`.
    pub constant_bitrate: bool,
    /// `useinbandfec`.
    pub inband_fec: bool,
    /// `usedtx`.
    pub dtx: bool,
    /// `x-dred`, ms: this side has a use for Deep Redundancy that reaches back so far, 0 to 1000 (more is taken as 1000); 0: for none.
    /// RFC 7587 has no parameter for it, nor has draft-ietf-mlcodec-opus-dred as far as we read it: this is one of ours, which others pass over. Where
    /// the library is built without the feature `opus-dred`, it is neither stated nor followed.
    pub dred_ms: u16,
}

impl Default for OpusFmtp {
    fn default() -> Self {
        Self {
            max_playback_rate: 48_000,
            max_capture_rate: 48_000,
            max_average_bitrate: None,
            stereo: false,
            sprop_stereo: false,
            constant_bitrate: false,
            inband_fec: false,
            dtx: false,
            dred_ms: 0,
        }
    }
}

impl OpusFmtp {
    /// Reads the parameters; what is absent has the RFC's default. Rates are clamped to 8000..=48000, a bit rate out of
    /// 6000..=510000 is ignored, as the RFC has it.
    ///
    /// # Errors
    /// [`RefusalReason::BadParameter`] where a value is no number or no flag.
    pub fn read(fmtp: &Fmtp) -> Result<Self, RefusalReason> {
        let rate = |key| number(fmtp, key).map(|r| r.unwrap_or(48_000).clamp(8_000, 48_000));
        Ok(Self {
            max_playback_rate: rate("maxplaybackrate")?,
            max_capture_rate: rate("sprop-maxcapturerate")?,
            max_average_bitrate: number(fmtp, "maxaveragebitrate")?.filter(|b| (6_000..=510_000).contains(b)),
            stereo: flag(fmtp, "stereo")?,
            sprop_stereo: flag(fmtp, "sprop-stereo")?,
            constant_bitrate: flag(fmtp, "cbr")?,
            inband_fec: flag(fmtp, "useinbandfec")?,
            dtx: flag(fmtp, "usedtx")?,
            dred_ms: number(fmtp, DRED)?.map_or(0, |ms| ms.min(MOST_DRED_MS) as u16),
        })
    }

    /// As format parameters; what equals the default is left out.
    pub fn write(&self) -> Fmtp {
        let mut out = Fmtp::none();
        let standard = Self::default();
        if self.max_playback_rate != standard.max_playback_rate {
            out = out.with("maxplaybackrate", self.max_playback_rate);
        }
        if self.max_capture_rate != standard.max_capture_rate {
            out = out.with("sprop-maxcapturerate", self.max_capture_rate);
        }
        if let Some(rate) = self.max_average_bitrate {
            out = out.with("maxaveragebitrate", rate);
        }
        let flags = [
            ("stereo", self.stereo),
            ("sprop-stereo", self.sprop_stereo),
            ("cbr", self.constant_bitrate),
            ("useinbandfec", self.inband_fec),
            ("usedtx", self.dtx),
        ];
        let out = flags.into_iter().filter(|(_, on)| *on).fold(out, |out, (key, _)| out.with(key, 1));
        if self.dred_ms > 0 && HAS_DRED { out.with(DRED, self.dred_ms) } else { out }
    }

    /// What this side's wishes mean for an encoder of `sender`.
    pub fn limits_for(&self, sender: &Self) -> OpusParameters {
        OpusParameters {
            max_playback_rate: self.max_playback_rate.min(sender.max_capture_rate),
            max_average_bitrate: self.max_average_bitrate,
            stereo: self.stereo,
            constant_bitrate: self.constant_bitrate,
            inband_fec: self.inband_fec,
            dtx: self.dtx,
            dred_ms: if HAS_DRED { self.dred_ms } else { 0 },
        }
    }
}
