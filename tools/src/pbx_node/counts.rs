//! Pure: what was refused, dropped or limited.

use media_core::SessionStatistics;
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
    /// Connections beyond those that may be open at a time.
    refused_connections,
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
    /// Legs that have ended.
    legs,
    /// Those among them that heard nothing, or of which packets were lost.
    incomplete_legs,
    /// Packets that came on legs that have ended.
    packets_in,
    /// Packets that went out there.
    packets_out,
    /// Packets that were lost on their way to us.
    packets_lost,
}

impl Counts {
    /// A leg has ended.
    pub(super) fn leg(&self, s: &SessionStatistics) {
        one(&self.legs);
        if s.packets_in == 0 || s.lost > 0 {
            one(&self.incomplete_legs);
        }
        for (sum, of) in
            [(&self.packets_in, s.packets_in), (&self.packets_out, s.packets_out), (&self.packets_lost, s.lost)]
        {
            sum.fetch_add(of, Relaxed);
        }
    }
}

/// One more.
pub(super) fn one(count: &AtomicU64) {
    count.fetch_add(1, Relaxed);
}
