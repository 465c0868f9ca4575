//! Control: what a session wishes of Opus, within what its receiver negotiated.

#[cfg(feature = "opus")]
use crate::codec::audio::opus::OpusSettings;
use crate::codec::{Encoder, OpusParameters};
use crate::error::ConfigError;

/// What a session wishes of Opus, if anything. Where the library has no Opus, nothing can be wished.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OpusWish {
    #[cfg(feature = "opus")]
    pub(super) settings: Option<OpusSettings>,
}

#[cfg(feature = "opus")]
impl OpusWish {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        self.settings.map_or(Ok(()), |settings| settings.check())
    }

    /// What an encoder works with. `limits`: what its receiver negotiated, if anything; `pauses`: discontinuous transmission
    /// is asked for by the session.
    pub(super) fn in_force(self, limits: Option<OpusParameters>, pauses: bool) -> OpusSettings {
        let wished = match self.settings {
            Some(settings) => OpusSettings { dtx: settings.dtx || pauses, ..settings },
            None => OpusSettings { dtx: pauses, ..OpusSettings::session() },
        };
        match (limits, self.settings) {
            (Some(limits), _) => wished.within(&limits),
            (None, Some(_)) => wished,
            // Set by hand and not told how to work: nobody said that the receiver has a use for FEC.
            (None, None) => OpusSettings { dtx: pauses, ..OpusSettings::default() },
        }
    }

    /// Has an encoder work as it is wished. `limits`: what was negotiated, if its codec is Opus.
    pub(super) fn apply(self, mut encoder: Encoder, limits: Option<Option<OpusParameters>>, pauses: bool) -> Encoder {
        if let (Encoder::Opus(opus), Some(limits)) = (&mut encoder, limits) {
            let settings = self.in_force(limits, pauses);
            if opus.settings() != settings {
                opus.configure(settings);
            }
        }
        encoder
    }
}

#[cfg(not(feature = "opus"))]
impl OpusWish {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        Ok(())
    }

    pub(super) fn apply(self, encoder: Encoder, _limits: Option<Option<OpusParameters>>, _pauses: bool) -> Encoder {
        encoder
    }
}
