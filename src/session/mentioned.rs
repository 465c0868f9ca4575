//! Pure: the parameters of a session that an update may leave out, and which of them one mentions.

/// A set of parameters. How they came to be there is no difference between parameters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mentioned(u16);

impl PartialEq for Mentioned {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A parameter that an update may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Transport = 1,
    Jitter = 2,
    Latch = 4,
    Processing = 8,
    Relays = 16,
    SendCodec = 32,
    Pauses = 64,
    KeepAlive = 128,
    Rtcp = 256,
    MediaTimeout = 512,
}

impl Mentioned {
    /// All of them.
    pub(super) const ALL: Self = Self(u16::MAX);

    pub(super) fn note(&mut self, what: Own) {
        self.0 |= what as u16;
    }

    pub(super) fn has(self, what: Own) -> bool {
        self.0 & what as u16 != 0
    }
}
