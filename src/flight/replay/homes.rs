//! Control: what the workers of a replay have in common: legs under way from one to another, and which leg is at which place.

use super::audio::ReplayedLeg;
use super::steps::{Given, Step};
use crate::flight::leg_recipe::{LegRecipe, MadeOf};
use crate::rt::Parcel;
use crate::session::Transport;
use crate::types::{BindingKey, LegKey, WorkerId};
use crate::worker::Leg;
use std::collections::HashMap;

/// What legs of all workers have in common.
#[derive(Default)]
pub(super) struct Homes {
    /// Legs under way.
    pub(super) under_way: HashMap<(WorkerId, LegKey), Parcel<Leg>>,
    /// Numbers of legs that began before what is kept, by the place where they were first.
    pub(super) numbers: HashMap<(WorkerId, LegKey), (u32, u16, u32)>,
    /// The legs of sessions; a leg's binding is its place in here.
    pub(super) legs: Vec<ReplayedLeg>,
    by_key: HashMap<(WorkerId, LegKey), usize>,
    by_place: HashMap<(WorkerId, u32), usize>,
}

impl Homes {
    pub(super) fn new(numbers: HashMap<(WorkerId, LegKey), (u32, u16, u32)>) -> Self {
        Self { numbers, ..Self::default() }
    }

    /// A leg is made there: its binding, and its numbers.
    pub(super) fn make(&mut self, worker: WorkerId, key: LegKey, recipe: &LegRecipe) -> (BindingKey, (u32, u16, u32)) {
        let samples = match recipe.of.params.transport {
            Transport::Pcm(rate) => Some(rate),
            _ => None,
        };
        let number = self.legs.len();
        self.legs.push(ReplayedLeg::new(recipe.session, recipe.dialog.clone(), samples));
        self.put(worker, key, number);
        self.note_formats(worker, key, &recipe.of);
        let numbers = self.numbers.get(&(worker, key)).copied().unwrap_or(recipe.numbers);
        (BindingKey::new(number as u32, 1), numbers)
    }

    fn put(&mut self, worker: WorkerId, key: LegKey, number: usize) {
        self.by_key.insert((worker, key), number);
        self.by_place.insert((worker, key.index()), number);
    }

    /// A leg that departed arrives.
    pub(super) fn arrive(&mut self, from: (WorkerId, LegKey), to: (WorkerId, LegKey)) -> Option<Parcel<Leg>> {
        if let Some(number) = self.by_key.get(&from).copied() {
            self.put(to.0, to.1, number);
        }
        self.under_way.remove(&from)
    }

    /// Which formats a leg has from now on.
    pub(super) fn note_formats(&mut self, worker: WorkerId, key: LegKey, of: &MadeOf) {
        let number = self.by_key.get(&(worker, key)).copied();
        let Some(leg) = number.and_then(|number| self.legs.get_mut(number)) else { return };
        leg.note_format(&of.params.receive);
        of.params.sendable().for_each(|format| leg.note_format(format));
        of.params.others.iter().for_each(|other| leg.note_format(&other.receive));
    }

    /// What a tick took in, and what it gave.
    pub(super) fn note(&mut self, worker: WorkerId, step: &Step<'_>, given: &Given) {
        for (header, _, payload) in &step.packets {
            // A packet that came to the place that its leg had left comes to the other as well.
            let number = self.by_key.get(&(worker, header.key.leg())).copied();
            if let Some(leg) = number.and_then(|number| self.legs.get_mut(number)) {
                leg.note_received(header, payload.unwrap_or(&[]));
            }
        }
        for (binding, header, payload) in &given.packets {
            if let Some(leg) = self.legs.get_mut(*binding as usize) {
                leg.note_sent(header, payload);
            }
        }
        let said = step.samples.iter().map(|(place, samples)| (*place, samples.unwrap_or(&[]), &[][..]));
        let heard = given.heard.iter().map(|(place, samples)| (*place, &[][..], &samples[..]));
        for (place, said, heard) in said.chain(heard) {
            let number = self.by_place.get(&(worker, place)).copied();
            if let Some(leg) = number.and_then(|number| self.legs.get_mut(number)) {
                leg.note_samples(said, heard);
            }
        }
    }
}
