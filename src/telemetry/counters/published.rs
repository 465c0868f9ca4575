//! Boundary: counters that a media thread keeps in plain fields, and the gauges that it publishes them to, which anyone reads.

macro_rules! published {
    ($(#[$doc:meta])* $counters:ident, $gauges:ident { $($(#[$fdoc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default)]
        pub(crate) struct $counters { $(pub(crate) $field: u64),+ }

        impl $counters {
            /// Nothing counted.
            #[allow(dead_code, reason = "not every kind of counter follows on others")]
            pub(crate) const NONE: Self = Self { $($field: 0),+ };
        }

        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $gauges { $($(#[$fdoc])* pub $field: Gauge),+ }

        impl $gauges {
            pub(crate) fn publish(&self, from: &$counters) {
                $(self.$field.set(from.$field);)+
            }

            /// Name and value of each, in order of declaration.
            #[expect(clippy::disallowed_macros, reason = "control side")]
            pub fn read(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($field), self.$field.get())),+]
            }
        }
    };
}

pub(super) use published;
