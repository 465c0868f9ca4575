//! Control: a session's numbers at one moment.

use crate::quality::BurstGapCounts;
use crate::telemetry::counters::{LegGauges, each_leg_counter};
use std::fmt;

macro_rules! statistics {
    ({ $($(#[$doc:meta])* $field:ident),+ $(,)? }) => {
        /// A session's numbers at one moment: counts since it began, levels as of now.
        ///
        /// From [`MediaSessionHandle::statistics`](crate::MediaSessionHandle::statistics), at last from its
        /// [`destroy`](crate::MediaSessionHandle::destroy). Example: [`Party`](crate::engine::virtual_engine::Party).
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        pub struct SessionStatistics { $($(#[$doc])* pub $field: u64),+ }

        impl SessionStatistics {
            pub(crate) fn read(gauges: &LegGauges) -> Self {
                Self { $($field: gauges.$field.get()),+ }
            }
        }

        impl fmt::Display for SessionStatistics {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(if self.$field != 0 { write!(f, "{} {}, ", stringify!($field), self.$field)?; })+
                Ok(())
            }
        }
    };
}

each_leg_counter!(statistics! {});

impl SessionStatistics {
    /// Losses told into bursts and gaps (RFC 3611 appendix A.2).
    pub fn burst_gap(&self) -> BurstGapCounts {
        let gaps = [self.gap_packets, self.gap_losses, self.bursts];
        let ([a, b, c], [d, e, f]) = (gaps, [self.burst_packets, self.burst_losses, self.losses_in_row]);
        BurstGapCounts::new([a, b, c, d, e, f])
    }
}
