//! Control: how the codec of what a session sends works, within what its receiver negotiated: Opus' settings.

#[cfg(feature = "opus")]
use crate::codec::audio::opus::OpusSettings;
use crate::session::opus_wish::OpusWish;
use crate::session::params::MediaSessionParams;

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
        let mut limits = self.sendable().filter_map(|format| format.registered()?.opus_limits());
        limits.next().map(|limits| wish.in_force(limits, pauses))
    }

    /// Whether what is sent is Opus.
    #[cfg(feature = "opus")]
    pub(crate) fn sends_opus(&self) -> bool {
        self.send.registered().is_some_and(|codec| codec.opus_limits().is_some())
    }
}
