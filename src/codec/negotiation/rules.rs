//! Pure: who we are in an exchange and what we prefer.

use crate::codec::format::CodecCapability;
use crate::types::Ptime;

/// Our part in the exchange (RFC 3264).
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `local` was sent as the offer, `remote` is the answer to it.
    Offerer,
    /// `remote` is the offer, and we answer out of `local`.
    Answerer,
}

/// Whose order of codecs counts.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// Ours.
    Local,
    /// The peer's (what RFC 3264 section 6.1 recommends to an answerer).
    Remote,
}

/// The payload types that an answer names, which are those that the peer will send.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayloadTypes {
    /// The offer's (RFC 3264 section 6.1).
    Mirror,
    /// Ours, so that both directions may differ.
    Own,
}

/// How to negotiate.
///
/// Example: [`negotiate`](crate::codec::negotiate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NegotiationRules {
    /// Our part.
    pub role: Role,
    /// Whose order counts.
    pub preference: Preference,
    /// The payload types of an answer of ours; without effect for an offerer, whose payload types are out already.
    pub payload_types: PayloadTypes,
    /// The engine's tick: outward packet times are multiples of it.
    pub tick: Ptime,
}

impl NegotiationRules {
    /// For the answer that came to our offer: the peer's order counts.
    pub const fn offerer() -> Self {
        Self {
            role: Role::Offerer,
            preference: Preference::Remote,
            payload_types: PayloadTypes::Own,
            tick: Ptime::SHORTEST,
        }
    }

    /// For an offer that came: the peer's order counts, its payload types are mirrored.
    pub const fn answerer() -> Self {
        Self { role: Role::Answerer, payload_types: PayloadTypes::Mirror, ..Self::offerer() }
    }

    /// With our own order of codecs.
    #[must_use]
    pub const fn prefer(mut self, preference: Preference) -> Self {
        self.preference = preference;
        self
    }

    /// What the peer sends this codec with: the payload type in the description that it has, or will have, of us.
    pub(super) fn receive_payload_type(&self, ours: &CodecCapability, theirs: &CodecCapability) -> u8 {
        match (self.role, self.payload_types) {
            (Role::Answerer, PayloadTypes::Mirror) => theirs.payload_type,
            _ => ours.payload_type,
        }
    }
}
