//! Control: the calls by name: with their agent, which has them, or waiting for one.

use super::call::Call;
use super::refusal::{Fault, Refusal};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
enum Slot {
    /// A connection has it, or makes it.
    Taken,
    /// It waits, for the so-manieth time.
    Waiting(Box<Call>, u64),
}

/// See the head of the file.
#[derive(Debug)]
pub(super) struct Calls {
    most: usize,
    slots: Mutex<(HashMap<String, Slot>, u64)>,
}

impl Calls {
    pub(super) fn new(most: usize) -> Self {
        Self { most, slots: Mutex::default() }
    }

    fn slots(&self) -> MutexGuard<'_, (HashMap<String, Slot>, u64)> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a name for a call that is to be made.
    pub(super) fn reserve(&self, name: &str) -> Result<(), Refusal> {
        let (slots, _) = &mut *self.slots();
        if slots.contains_key(name) {
            return Err(Refusal::new(Fault::CallExists, format!("{name}: attach to it, or use another name")));
        }
        if slots.len() >= self.most {
            return Err(Refusal::new(Fault::TooManyCalls, format!("there are {}: --calls allows no more", self.most)));
        }
        slots.insert(name.to_owned(), Slot::Taken);
        Ok(())
    }

    /// Takes a call that waits.
    pub(super) fn take(&self, name: &str) -> Result<Box<Call>, Refusal> {
        let (slots, _) = &mut *self.slots();
        match slots.get_mut(name) {
            None => Err(Refusal::new(Fault::NoSuchCall, format!("{name}: start it"))),
            Some(slot) => match std::mem::replace(slot, Slot::Taken) {
                Slot::Waiting(call, _) => Ok(call),
                Slot::Taken => Err(Refusal::new(Fault::CallHasAgent, format!("{name}: one agent a call"))),
            },
        }
    }

    /// Lets a call wait; the number is for [`take_waiting`](Self::take_waiting).
    pub(super) fn let_wait(&self, call: Box<Call>) -> u64 {
        let (slots, times) = &mut *self.slots();
        *times += 1;
        slots.insert(call.name.clone(), Slot::Waiting(call, *times));
        *times
    }

    /// Takes a call that has waited in vain: it was not taken since, or is waiting for another time.
    pub(super) fn take_waiting(&self, name: &str, number: u64) -> Option<Box<Call>> {
        let (slots, _) = &mut *self.slots();
        let slot = slots.get_mut(name).filter(|slot| matches!(slot, Slot::Waiting(_, at) if *at == number))?;
        match std::mem::replace(slot, Slot::Taken) {
            Slot::Waiting(call, _) => Some(call),
            Slot::Taken => None,
        }
    }

    /// Its name is free again.
    pub(super) fn remove(&self, name: &str) {
        self.slots().0.remove(name);
    }

    /// All that wait.
    pub(super) fn take_all_waiting(&self) -> Vec<Call> {
        let (slots, _) = &mut *self.slots();
        let waiting = slots.values_mut().filter_map(|slot| match std::mem::replace(slot, Slot::Taken) {
            Slot::Waiting(call, _) => Some(call),
            Slot::Taken => None,
        });
        waiting.map(|call| *call).collect()
    }
}
