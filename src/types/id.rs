//! Pure: identifiers. Indices carry a generation, so that a stale one is an error and never someone else's call.

use std::fmt;
use std::sync::Arc;

/// A SIP dialog, named by the embedder (Call-ID with tags, or any unique string). Control side only; clones share.
///
/// A session belongs to one dialog, and a dialog has one session at most.
///
/// ```
/// use media_core::DialogId;
///
/// let dialog = DialogId::new("a84b4c76e66710@pc33;from=1928301774;to=8321234356");
/// assert_eq!(dialog, DialogId::from(dialog.as_str()));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DialogId(Arc<str>);

impl DialogId {
    /// Names a dialog; any non-empty string the embedder finds unique.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name that was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DialogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DialogId({:?})", &*self.0)
    }
}

impl fmt::Display for DialogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for DialogId {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

macro_rules! generational {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            pub(crate) index: u32,
            pub(crate) generation: u32,
        }

        impl $name {
            /// For who drives the parts by hand; the engine makes its own.
            pub const fn new(index: u32, generation: u32) -> Self {
                Self { index, generation }
            }

            /// The place in its table; reused after the holder is gone.
            pub fn index(self) -> u32 {
                self.index
            }

            /// How often that place was used before: what makes a stale identifier an error.
            pub fn generation(self) -> u32 {
                self.generation
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}.{}"), self.index, self.generation)
            }
        }
    };
}

generational!(
    /// A media session in the supervisor's registry, from [`MediaSessionHandle::id`](crate::MediaSessionHandle::id). A stale one is an
    /// error, never someone else's call.
    ///
    /// Example: [`ConferenceSummary`](crate::session::ConferenceSummary).
    SessionId,
    "s"
);
generational!(
    /// A conference room in the supervisor's registry.
    ///
    /// Example: [`ConferenceSummary`](crate::session::ConferenceSummary).
    ConferenceId,
    "c"
);
generational!(
    /// A recording.
    ///
    /// Example: [`Recording`](crate::Recording).
    RecordingId,
    "r"
);
generational!(
    /// A leg's place in one worker's slab. Only meaningful together with that worker.
    LegKey,
    "l"
);

generational!(
    /// A session's place in one RtpPort's table.
    BindingKey,
    "b"
);

macro_rules! small {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub struct $name(pub $inner);

        impl $name {
            /// As an index into a table.
            pub fn as_usize(self) -> usize {
                usize::from(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

small!(
    /// A media thread, counted from 0.
    ///
    /// Example: [`EngineHealth`](crate::EngineHealth).
    WorkerId(u8)
);
small!(
    /// A stream of a session (an `m=` line of its SDP), counted from 0. The first audio stream is the default.
    ///
    /// Example: [`RelayParams`](crate::RelayParams).
    StreamId(u8)
);
small!(
    /// A way in and out for packets: that of an I/O thread, or an [`RtpBridge`](crate::RtpBridge)'s.
    ///
    /// Example: [`RtpBridge`](crate::RtpBridge).
    PortId(u8)
);
