//! Pure: what was refused, dropped or limited.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

macro_rules! counts {
    ($($(#[$doc:meta])* $field:ident),+ $(,)?) => {
        /// Counted since the node began.
        #[derive(Debug, Default)]
        pub(super) struct Counts { $($(#[$doc])* pub(super) $field: AtomicU64),+ }

        impl Counts {
            /// All, by name.
            pub(super) fn all(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($field), self.$field.load(Relaxed))),+]
            }
        }
    };
}

counts! {
    /// SIP datagrams and connections that were looked at.
    taken,
    /// Those that one address sent beyond its limit.
    limited,
    /// SIP messages that could be read.
    messages,
    /// Passwords that were wrong, and names that are none.
    unauthorized,
    /// Calls that began.
    calls,
    /// Calls that were refused: nobody there, no codec in common, no room.
    refused,
    /// Descriptions (SDP) that could not be used.
    bad_descriptions,
    /// Transfers that were asked for.
    transfers,
}

/// One more.
pub(super) fn one(count: &AtomicU64) {
    count.fetch_add(1, Relaxed);
}
