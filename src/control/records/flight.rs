//! Control: what the flight recorder keeps on the control side: what each worker noted last, and what orders were made of.

use crate::error::FlightError;
use crate::flight::{History, NotedOrder, Recipe, in_force};
use crate::rt::FlightRx;
use crate::types::{MediaTime, WorkerId};
use crate::worker::Verb;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, TryLockError};
use std::time::Duration;

/// Orders that are kept, for each session that there may be: beyond it the oldest go, and calls that began with them are not whole.
const ORDERS_A_SESSION: usize = 32;
/// Files that are being written, or wait for it, at a time: each has a thread, and one after the other has a copy of what is kept.
const FILES: usize = 16;
/// Between two looks for orders that nobody needs any more.
const REVIEW: Duration = Duration::from_secs(5);

/// The recorder, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    on: Option<Box<On>>,
}

#[derive(Debug)]
struct On {
    rings: Vec<FlightRx>,
    histories: Vec<Arc<Mutex<History>>>,
    /// As of when each was last written to: the order before it, and its newest tick.
    ends: Vec<(Option<u32>, MediaTime)>,
    /// Whoever writes a file holds it; all who wait for it share it.
    turn: Arc<Mutex<()>>,
    orders: VecDeque<NotedOrder>,
    most: usize,
    keep: Duration,
    reviewed: MediaTime,
    /// What the next order is made of, where it does not say so itself.
    described: Option<Recipe>,
    /// Those of orders that are gathered.
    gathered: Vec<Recipe>,
    /// Drawn for the receive path and the output that were made last.
    noise_seed: u32,
    stagger: u8,
}

impl Flight {
    /// Of so many seconds, in `octets` for each ring's worker.
    pub(crate) fn new(rings: Vec<FlightRx>, keep: Duration, octets: usize, sessions: usize) -> Self {
        if rings.is_empty() {
            return Self::default();
        }
        let history = |_: &FlightRx| Arc::new(Mutex::new(History::new(keep, octets)));
        let histories: Vec<_> = rings.iter().map(history).collect();
        let on = On {
            rings,
            ends: vec![(None, MediaTime::ZERO); histories.len()],
            histories,
            turn: Arc::default(),
            orders: VecDeque::new(),
            most: ORDERS_A_SESSION * sessions.max(64),
            keep,
            reviewed: MediaTime::ZERO,
            described: None,
            gathered: Vec::new(),
            noise_seed: 0,
            stagger: 0,
        };
        Self { on: Some(Box::new(on)) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on.is_some()
    }

    /// Says what the next order is made of.
    pub(crate) fn describe(&mut self, recipe: impl FnOnce() -> Recipe) {
        if let Some(on) = &mut self.on {
            on.described = Some(recipe());
        }
    }

    /// What was drawn for the last receive path.
    pub(crate) fn drew_seed(&mut self, seed: u32) {
        if let Some(on) = &mut self.on {
            on.noise_seed = seed;
        }
    }

    /// And for the last output.
    pub(crate) fn drew_stagger(&mut self, stagger: u8) {
        if let Some(on) = &mut self.on {
            on.stagger = stagger;
        }
    }

    /// Both.
    pub(crate) fn drawn(&self) -> (u32, u8) {
        self.on.as_ref().map_or((0, 0), |on| (on.noise_seed, on.stagger))
    }

    /// What an order is made of, by its description or by itself; `None` if the recorder is off.
    pub(crate) fn recipe(&mut self, verb: &Verb) -> Option<Recipe> {
        let described = self.on.as_mut()?.described.take().filter(|recipe| recipe.describes(verb));
        Some(described.unwrap_or_else(|| Recipe::of(verb)))
    }

    /// An order is gathered with others.
    pub(crate) fn gather(&mut self, recipe: Option<Recipe>) {
        if let (Some(on), Some(recipe)) = (&mut self.on, recipe) {
            on.gathered.push(recipe);
        }
    }

    /// All that were gathered are one order, which comes next.
    pub(crate) fn describe_gathered(&mut self) {
        if let Some(on) = &mut self.on {
            on.described = Some(Recipe::Together(std::mem::take(&mut on.gathered)));
        }
    }

    /// Keeps what an order was made of.
    pub(crate) fn keep(&mut self, worker: WorkerId, seq: u32, at: MediaTime, recipe: Option<Recipe>) {
        if let (Some(on), Some(recipe)) = (&mut self.on, recipe)
            && recipe != Recipe::Nothing
        {
            if on.orders.len() >= on.most {
                on.orders.pop_front();
            }
            on.orders.push_back(NotedOrder { worker, seq, at, recipe });
        }
    }

    /// Takes what the workers noted. What finds its history being copied waits in its ring for the next time.
    pub(crate) fn take(&mut self, now: MediaTime) {
        let Some(on) = &mut self.on else { return };
        for ((ring, history), end) in on.rings.iter_mut().zip(&on.histories).zip(&mut on.ends) {
            let mut history = match history.try_lock() {
                Ok(history) => history,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => continue,
            };
            ring.drain(|words| history.take(words));
            *end = (history.order_before(), history.end());
        }
        if now - on.reviewed >= REVIEW {
            on.reviewed = now;
            on.forget(now);
        }
    }

    /// Of each worker, the order before what is kept and the newest tick. Waits for nobody.
    pub(crate) fn ends(&self) -> &[(Option<u32>, MediaTime)] {
        self.on.as_ref().map_or(&[], |on| &on.ends)
    }

    /// What each worker noted, and the turn to write of it.
    ///
    /// # Errors
    /// The recorder is off, or enough files are being written.
    pub(crate) fn begin_file(&self) -> Result<(Vec<Arc<Mutex<History>>>, Arc<Mutex<()>>), FlightError> {
        let on = self.on.as_ref().ok_or(FlightError::Off)?;
        match Arc::strong_count(&on.turn) <= FILES {
            true => Ok((on.histories.clone(), on.turn.clone())),
            false => Err(FlightError::Busy(FILES)),
        }
    }

    /// What orders were made of, in the order in which they were posted.
    pub(crate) fn orders(&mut self) -> &[NotedOrder] {
        self.on.as_mut().map_or(&[], |on| on.orders.make_contiguous())
    }
}

impl On {
    /// Old orders that others have superseded, or whose legs ended before what is kept, are of no use.
    fn forget(&mut self, now: MediaTime) {
        let keep = 2 * self.keep;
        let old = self.orders.partition_point(|order| now - order.at > keep);
        let orders = self.orders.make_contiguous();
        let mut needed = in_force(orders.get(..old).unwrap_or(&[])).into_iter();
        self.orders.retain(|_| needed.next().unwrap_or(true));
    }
}
