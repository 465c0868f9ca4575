//! Names and times, as far as packets in rings are concerned.

macro_rules! key {
    ($($name:ident),+) => {
        $(#[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            pub index: u32,
            pub generation: u32,
        })+
    };
}

key!(BindingKey, LegKey, SessionId);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaTime(u64);

impl MediaTime {
    pub const ZERO: Self = Self(0);

    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    pub const fn as_nanos(self) -> u64 {
        self.0
    }
}
