//! Real-time: the encoders that the outputs share which hear a bus alike.

use super::BusPlan;
use crate::rt::Parcel;
use crate::types::TickNumber;
use crate::worker::leg::{OutputPlan, SharedEncoder};

/// Most encoders that a bus has to share; whose encoding is another is encoded by itself.
pub const MAX_SHARED_ENCODERS: usize = 8;

/// Those of a bus.
#[derive(Debug, Default)]
pub(super) struct SharedEncoders([Option<Parcel<SharedEncoder>>; MAX_SHARED_ENCODERS]);

impl SharedEncoders {
    /// Puts one to them, in place of the one of its number, if there is one or room; the one that was there.
    pub(super) fn add(
        &mut self,
        encoder: Parcel<SharedEncoder>,
    ) -> Result<Option<Parcel<SharedEncoder>>, Parcel<SharedEncoder>> {
        let same = self.0.iter().position(|place| place.as_ref().is_some_and(|other| other.is_at_place_of(&encoder)));
        let at = same.or_else(|| self.0.iter().position(Option::is_none));
        match at.and_then(|at| self.0.get_mut(at)) {
            Some(place) => Ok(place.replace(encoder)),
            None => Err(encoder),
        }
    }

    /// The one that may encode a block for an output.
    pub(super) fn serving(&mut self, plan: &OutputPlan, tick: TickNumber) -> Option<&mut SharedEncoder> {
        let (stream, shared) = (plan.stream(), self.0.iter_mut().flatten());
        shared.map(|encoder| &mut **encoder).find(|encoder| encoder.serves(&stream, tick))
    }
}

impl BusPlan {
    /// One more encoder to share, or one in place of another, which comes back; it does itself where there are as many as may be.
    pub(in crate::worker::leg) fn add_encoder(
        &mut self,
        encoder: Parcel<SharedEncoder>,
    ) -> Result<Option<Parcel<SharedEncoder>>, Parcel<SharedEncoder>> {
        self.encoders.add(encoder)
    }

    /// The one that may encode for an output what all hear in the block of `tick`.
    pub(in crate::worker::leg) fn encoder_for(
        &mut self,
        plan: &OutputPlan,
        tick: TickNumber,
    ) -> Option<&mut SharedEncoder> {
        self.encoders.serving(plan, tick)
    }

    /// An output goes on by its own encoder, with the memory of the one that it followed; whether that was there.
    pub(in crate::worker::leg) fn hand_over(&self, plan: &mut OutputPlan) -> bool {
        let followed = |encoder: &&Parcel<SharedEncoder>| encoder.is_followed_by(&plan.follower);
        let followed = self.encoders.0.iter().flatten().find(followed);
        followed.is_some_and(|encoder| encoder.hand_over(&mut plan.follower, &mut plan.encoder))
    }
}
