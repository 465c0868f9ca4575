//! Real-time: the legs of a worker: hot heads in a dense array, bodies behind them. Indices are given out by the
//! supervisor; a key of another generation finds nothing.

use crate::rt::Parcel;
use crate::types::LegKey;
use crate::worker::leg::{Leg, LegBody, LegHead, Place};

/// Legs of a batch: a word of a set of them.
pub(in crate::worker) const BATCH: usize = 64;

#[derive(Debug)]
pub(in crate::worker) struct Slab {
    pub(in crate::worker) heads: Box<[LegHead]>,
    bodies: Box<[Option<Parcel<Leg>>]>,
    pub(in crate::worker) occupied: u64,
}

impl Slab {
    #[expect(clippy::disallowed_methods, reason = "control side")]
    pub(in crate::worker) fn new(capacity: usize) -> Self {
        Self {
            heads: (0..capacity).map(|_| LegHead::vacant()).collect(),
            bodies: (0..capacity).map(|_| None).collect(),
            occupied: 0,
        }
    }

    /// Head and body of a working leg.
    #[inline]
    pub(in crate::worker) fn get(&mut self, index: u32) -> Option<(&mut LegHead, &mut LegBody)> {
        let head = self.heads.get_mut(index as usize).filter(|h| h.place == Place::Live)?;
        let leg = self.bodies.get_mut(index as usize)?.as_mut()?;
        Some((head, &mut leg.body))
    }

    /// Head and body of whatever is there, without looking at either.
    #[inline]
    pub(in crate::worker) fn peek(&self, index: u32) -> Option<(&LegHead, &LegBody)> {
        let leg = self.bodies.get(index as usize)?.as_ref()?;
        Some((self.heads.get(index as usize)?, &leg.body))
    }

    /// The working leg of that key and generation.
    #[inline]
    pub(in crate::worker) fn keyed(&mut self, key: LegKey) -> Option<(&mut LegHead, &mut LegBody)> {
        self.get(key.index).filter(|(head, _)| head.generation == key.generation)
    }

    /// Heads of a source and of the leg that hears it, and the listener's body. `None` if either does not work.
    #[inline]
    pub(in crate::worker) fn pair(
        &mut self,
        source: LegKey,
        listener: u32,
    ) -> Option<(&mut LegHead, &mut LegHead, &mut LegBody)> {
        let [from, to] = self.heads.get_disjoint_mut([source.index as usize, listener as usize]).ok()?;
        let sound = from.place == Place::Live && from.generation == source.generation && to.place == Place::Live;
        let leg = self.bodies.get_mut(listener as usize)?.as_mut()?;
        sound.then_some((from, to, &mut leg.body))
    }

    /// The body of another leg, and a working leg's head and body.
    #[inline]
    pub(in crate::worker) fn beside(
        &mut self,
        other: u32,
        index: u32,
    ) -> Option<(&LegBody, &mut LegHead, &mut LegBody)> {
        let head = self.heads.get_mut(index as usize).filter(|h| h.place == Place::Live)?;
        let [other, leg] = self.bodies.get_disjoint_mut([other as usize, index as usize]).ok()?;
        Some((&other.as_ref()?.body, head, &mut leg.as_mut()?.body))
    }

    /// The source of that key, if it works and is heard this tick.
    #[inline]
    pub(in crate::worker) fn source_mut(&mut self, key: LegKey) -> Option<&mut LegHead> {
        let head = self.heads.get_mut(key.index as usize)?;
        (head.place == Place::Live && head.generation == key.generation && head.source.live).then_some(head)
    }

    /// The head of a leg that is there, whether it works or not.
    pub(in crate::worker) fn present(&mut self, key: LegKey) -> Option<&mut LegHead> {
        let head = self.heads.get_mut(key.index as usize)?;
        (head.generation == key.generation && matches!(head.place, Place::Live | Place::Parked)).then_some(head)
    }

    pub(in crate::worker) fn holds(&self, key: LegKey, place: Place) -> bool {
        self.heads.get(key.index as usize).is_some_and(|h| h.place == place && h.generation == key.generation)
    }

    /// Puts a leg into a vacant place; it works there, unless a fault parked it before it came.
    ///
    /// # Errors
    /// Gives it back if the place is taken or beyond the capacity.
    pub(in crate::worker) fn insert(&mut self, key: LegKey, mut leg: Parcel<Leg>) -> Result<(), Parcel<Leg>> {
        let (Some(head), Some(body)) =
            (self.heads.get_mut(key.index as usize), self.bodies.get_mut(key.index as usize))
        else {
            return Err(leg);
        };
        if head.place != Place::Vacant {
            return Err(leg);
        }
        *head = std::mem::replace(&mut leg.head, LegHead::vacant());
        head.generation = key.generation;
        // A leg that was parked elsewhere stays parked.
        if head.place != Place::Parked {
            head.place = Place::Live;
        }
        let before = body.replace(leg);
        debug_assert!(before.is_none(), "a vacant place had a body");
        std::mem::forget(before);
        self.occupied += 1;
        Ok(())
    }

    /// Takes a working or parked leg out and leaves `place` behind.
    pub(in crate::worker) fn take(&mut self, key: LegKey, place: Place) -> Option<Parcel<Leg>> {
        let head = self.heads.get_mut(key.index as usize)?;
        if head.generation != key.generation || !matches!(head.place, Place::Live | Place::Parked) {
            return None;
        }
        let mut leg = self.bodies.get_mut(key.index as usize)?.take()?;
        leg.head = std::mem::replace(head, LegHead::vacant());
        head.generation = key.generation;
        head.place = place;
        self.occupied -= 1;
        Some(leg)
    }
}
