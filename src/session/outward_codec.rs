//! Control: how the codec of what a session sends works, within what its receiver negotiated: Opus' settings.

use crate::codec::Encoder;
#[cfg(feature = "opus")]
use crate::codec::audio::opus::OpusSettings;
use crate::error::ConfigError;
use crate::session::params::MediaSessionParams;
use crate::session::registered_codec::RegisteredCodec;

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

    /// What an encoder of `codec` works with; `None` if it is no Opus. `pauses`: discontinuous transmission is asked for
    /// by the session.
    fn in_force(self, codec: &RegisteredCodec, pauses: bool) -> Option<OpusSettings> {
        let limits = codec.opus_limits()?;
        let wished = match self.settings {
            Some(settings) => OpusSettings { dtx: settings.dtx || pauses, ..settings },
            None => OpusSettings { dtx: pauses, ..OpusSettings::session() },
        };
        Some(match (limits, self.settings) {
            (Some(limits), _) => wished.within(&limits),
            (None, Some(_)) => wished,
            // Set by hand and not told how to work: nobody said that the receiver has a use for FEC.
            (None, None) => OpusSettings { dtx: pauses, ..OpusSettings::default() },
        })
    }

    /// Has an encoder of `codec` work as it is wished.
    pub(super) fn apply(self, mut encoder: Encoder, codec: &RegisteredCodec, pauses: bool) -> Encoder {
        if let (Encoder::Opus(opus), Some(settings)) = (&mut encoder, self.in_force(codec, pauses))
            && opus.settings() != settings
        {
            opus.configure(settings);
        }
        encoder
    }
}

#[cfg(not(feature = "opus"))]
impl OpusWish {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        Ok(())
    }

    pub(super) fn apply(self, encoder: Encoder, _codec: &RegisteredCodec, _pauses: bool) -> Encoder {
        encoder
    }
}

impl MediaSessionParams {
    pub(super) fn opus_wish(&self) -> OpusWish {
        OpusWish {
            #[cfg(feature = "opus")]
            settings: self.opus,
        }
    }

    /// Sets how Opus works where it is sent, within what the peer negotiated.
    #[cfg(feature = "opus")]
    #[must_use]
    pub fn opus(mut self, settings: OpusSettings) -> Self {
        self.opus = Some(settings);
        self
    }

    /// How Opus works in what is sent, or, while another codec is, in the first of the session's formats that is Opus;
    /// `None` if there is none.
    #[cfg(feature = "opus")]
    pub fn opus_in_force(&self) -> Option<OpusSettings> {
        let (pauses, wish) = (self.discontinuous_transmission.is_some(), self.opus_wish());
        self.sendable().find_map(|format| wish.in_force(format.registered()?, pauses))
    }

    /// Whether what is sent is Opus.
    #[cfg(feature = "opus")]
    pub(crate) fn sends_opus(&self) -> bool {
        self.send.registered().is_some_and(|codec| codec.opus_limits().is_some())
    }
}
