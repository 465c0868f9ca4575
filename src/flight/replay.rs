//! Control: a flight file, played into workers like those of the call on virtual time.

mod audio;
mod change;
mod compare;
mod homes;
mod room;
mod stage;
mod steps;

pub use audio::{ReplayedLeg, ReplayedPacket};
pub use compare::Difference;

use super::file::{FileOrder, FlightFile};
use super::recipe::Recipe;
use crate::error::FlightError;
use crate::types::{LegKey, MediaTime, TickNumber, WorkerId};
use change::Change;
use compare::Comparison;
use homes::Homes;
use room::{Room, check_ticks};
use stage::Stage;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use steps::{Step, steps};

/// What is to be another in a replay than it was in the call.
///
/// Example: [`Replay`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayParams {
    changes: Vec<Change>,
}

impl ReplayParams {
    /// With another value of a parameter of [`MediaSessionParams`](crate::MediaSessionParams), for all legs: by its path,
    /// `jitter.strategy`, and as JSON or by its name, `conservative`.
    #[must_use]
    pub fn set(mut self, path: impl Into<String>, value: impl Into<String>) -> Self {
        self.changes.push(Change { path: path.into(), value: value.into() });
        self
    }
}

/// What a replay gave.
///
/// ```
/// use media_core::{FlightFile, JitterConfig, MediaEngineConfig, MediaSessionParams, ReplayParams, VirtualEngine};
/// use media_core::AudioFormat;
///
/// let mut engine = VirtualEngine::new(MediaEngineConfig::default().flight_seconds(10_u32), 1)?;
/// let a = engine.handle().create_media_session("a", MediaSessionParams::new(AudioFormat::pcmu()));
/// let a = engine.complete(a)?;
/// # let path = std::env::temp_dir().join(format!("media-core-doc-set-{}.flight", std::process::id()));
/// engine.complete(a.flight(&path))?;
/// let file = FlightFile::read(&path)?;
/// let otherwise = ReplayParams::default().set("jitter.strategy", "conservative");
/// let replay = file.replay(&otherwise)?;
/// assert_eq!((replay.legs.len(), &*replay.legs[0].dialog), (1, "a"));
/// assert!(file.replay(&ReplayParams::default().set("jitter.strategy", "none")).is_err());
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), media_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Replay {
    /// Packets that went out, of the call or of the replay.
    pub compared: u64,
    /// How many of them are the same, bit for bit, in the same tick.
    pub same: u64,
    /// The first that differs.
    pub first_difference: Option<Difference>,
    /// The last one: behind it all is as in the call.
    pub last_difference: Option<Difference>,
    /// The time of the first tick, by the clock of the call, and how long it went on.
    pub begin: MediaTime,
    /// How much time was played.
    pub length: Duration,
    /// Notes that were lost: what came in then is not in the file.
    pub lost: u64,
    /// What was ordered, in its order.
    pub orders: Vec<ReplayedOrder>,
    /// The legs of sessions, in the order in which they were made.
    pub legs: Vec<ReplayedLeg>,
}

/// What was ordered of a leg or a bus.
///
/// Example: [`Replay`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayedOrder {
    /// The time of its tick, by the clock of the call; `None`: before the first one that is kept.
    pub at: Option<MediaTime>,
    /// By which worker.
    pub worker: WorkerId,
    /// Of which leg, if of one.
    pub leg: Option<LegKey>,
    /// What.
    pub what: String,
}

impl Replay {
    /// Whether every packet is that of the call.
    pub fn is_exact(&self) -> bool {
        self.same == self.compared && self.lost == 0
    }
}

impl FlightFile {
    /// Plays it.
    ///
    /// # Errors
    /// [`FlightError`]: payloads were not kept, a leg cannot be made here, a parameter does not take its value.
    pub fn replay(&self, params: &ReplayParams) -> Result<Replay, FlightError> {
        if !self.has_payloads() {
            return Err(FlightError::NoPayloads);
        }
        let mut orders = self.header.orders.clone();
        for change in &params.changes {
            orders.iter_mut().try_for_each(|order| change.apply(&mut order.recipe))?;
        }
        let late = self.legs_of_before(&orders);
        let mut run = self.run(&orders, HashMap::new())?;
        if !late.is_empty() {
            // Their numbers are known by how far they were off.
            let numbered = |(place, (ssrc, sequence, timestamp)): (&(WorkerId, LegKey), &(u32, u16, u32))| {
                let (sequences, timestamps) = run.comparison.offset(place.0, place.1);
                (*place, (*ssrc, sequence.wrapping_add(sequences), timestamp.wrapping_add(timestamps)))
            };
            let numbers = late.iter().map(numbered).collect();
            run = self.run(&orders, numbers)?;
        }
        Ok(run.finish(&orders))
    }

    /// Legs that were made before the first record, with their numbers.
    fn legs_of_before(&self, orders: &[FileOrder]) -> HashMap<(WorkerId, LegKey), (u32, u16, u32)> {
        let before = orders.iter().filter(|order| order.before);
        let steps = before.flat_map(|order| order.recipe.steps().iter().map(|step| (order.worker, step)));
        let legs = steps.filter_map(|(worker, step)| match step {
            Recipe::Insert { key, leg } => Some(((worker, *key), leg.numbers)),
            _ => None,
        });
        legs.collect()
    }

    fn run(
        &self,
        orders: &[FileOrder],
        numbers: HashMap<(WorkerId, LegKey), (u32, u16, u32)>,
    ) -> Result<Run, FlightError> {
        let by_number: HashMap<(WorkerId, u32), &FileOrder> =
            orders.iter().map(|order| ((order.worker, order.seq), order)).collect();
        let all: Vec<(WorkerId, Vec<Step<'_>>)> =
            self.header.parts.iter().zip(&self.records).map(|(part, records)| (part.worker, steps(records))).collect();
        let room = Room::of(orders, all.len())?;
        check_ticks(&all)?;
        let stage = |(worker, _): &(WorkerId, Vec<Step<'_>>)| {
            (*worker, Stage::new(*worker, room, self.header.blocks_per_tick.clamp(1, 2)))
        };
        let mut stages: BTreeMap<WorkerId, Stage> = all.iter().map(stage).collect();
        let mut run = Run { homes: Homes::new(numbers), ..Run::default() };
        run.before(&mut stages, orders, &all)?;
        // Tick by tick, workers in their order.
        let mut ticks: Vec<(WorkerId, &Step<'_>)> =
            all.iter().flat_map(|(worker, steps)| steps.iter().map(|step| (*worker, step))).collect();
        ticks.sort_by_key(|(worker, step)| (step.number, *worker));
        run.begin = ticks.first().map_or(MediaTime::ZERO, |(_, step)| step.now);
        run.end = ticks.last().map_or(MediaTime::ZERO, |(_, step)| step.now);
        for (worker, step) in ticks {
            let Some(stage) = stages.get_mut(&worker) else { continue };
            for seq in &step.orders {
                let Some(order) = by_number.get(&(worker, *seq)) else { continue };
                run.applied.push((Some(step.now), worker, *seq));
                stage.order(&order.recipe, &mut run.homes).map_err(|error| rebuild(&order.recipe, &error))?;
            }
            let given = stage.run(step, &mut run.homes);
            run.lost += u64::from(step.lost);
            run.comparison.tick(worker, step, &given.sent);
            run.homes.note(worker, step, &given);
        }
        Ok(run)
    }
}

fn rebuild(recipe: &Recipe, error: &crate::error::Error) -> FlightError {
    FlightError::Rebuild(recipe.name(), error.to_string())
}

/// A replay under way.
#[derive(Default)]
struct Run {
    homes: Homes,
    comparison: Comparison,
    applied: Vec<(Option<MediaTime>, WorkerId, u32)>,
    begin: MediaTime,
    end: MediaTime,
    lost: u64,
}

impl Run {
    /// What had been ordered before the first record: one order a tick, in their order, before any packet comes.
    fn before(
        &mut self,
        stages: &mut BTreeMap<WorkerId, Stage>,
        orders: &[FileOrder],
        all: &[(WorkerId, Vec<Step<'_>>)],
    ) -> Result<(), FlightError> {
        let before: Vec<_> = orders.iter().filter(|order| order.before).collect();
        let first = all.iter().filter_map(|(_, steps)| steps.first()).min_by_key(|step| step.number);
        let Some((number, now)) = first.map(|step| (step.number, step.now)) else { return Ok(()) };
        for (nth, order) in before.iter().enumerate() {
            let Some(stage) = stages.get_mut(&order.worker) else { continue };
            self.applied.push((None, order.worker, order.seq));
            stage.order(&order.recipe, &mut self.homes).map_err(|error| rebuild(&order.recipe, &error))?;
            let ago = 2 * (before.len() - nth) as u64;
            let number = TickNumber(number.0.saturating_sub(ago));
            stage.tick(number, now.earlier_by(Duration::from_millis(10 * ago)), &mut self.homes);
        }
        Ok(())
    }

    fn finish(self, orders: &[FileOrder]) -> Replay {
        let recipes: HashMap<(WorkerId, u32), &Recipe> =
            orders.iter().map(|order| ((order.worker, order.seq), &order.recipe)).collect();
        let applied = self.applied.iter().flat_map(|(at, worker, seq)| {
            let steps = recipes.get(&(*worker, *seq)).map_or(&[][..], |recipe| recipe.steps());
            steps.iter().map(|step| ReplayedOrder { at: *at, worker: *worker, leg: step.leg(), what: step.name() })
        });
        Replay {
            compared: self.comparison.compared,
            same: self.comparison.same,
            first_difference: self.comparison.first,
            last_difference: self.comparison.last,
            begin: self.begin,
            length: self.end - self.begin,
            lost: self.lost,
            orders: applied.collect(),
            legs: self.homes.legs,
        }
    }
}
