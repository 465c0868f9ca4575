//! Overload on virtual time, with phase times that follow from what is shed: new sessions are refused first, then quality
//! goes in the stated order, an event each, before a deadline is missed, and comes back in the reverse order.

mod support;

use media_core::Error;
use media_core::codec::{AudioDecoder, AudioEncoder, CodecFault, G711Decoder, G711Encoder, Law};
use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Events, MediaEngineConfig};
use media_core::error::SessionError;
use media_core::rt::shed::{ShedLevel, ShedStep};
use media_core::session::{AudioFormat, CustomCodec, EventKind, MediaSessionParams};
use media_core::types::{Ptime, SampleRate, WorkerId};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::phone::{Phone, bridged, done, pcmu};

const PERIOD_NS: f64 = 10e6;
/// What each step saves, of the work at full quality.
const SAVED: [f64; 6] = [0.02, 0.03, 0.08, 0.10, 0.04, 0.10];

/// What happened, in order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Refused,
    Admitted,
    Shed(u8),
    Restored(u8),
}

struct Node {
    engine: VirtualEngine,
    events: Events,
    /// Whether steps save anything: the twin in which they do not must miss deadlines.
    effective: bool,
    number: u32,
    seen: Vec<Seen>,
}

impl Node {
    fn new(effective: bool) -> Self {
        let engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
        let events = engine.handle().subscribe();
        Self { engine, events, effective, number: 0, seen: Vec::new() }
    }

    fn level(&self) -> ShedLevel {
        // The supervisor's snapshot is a second old: the level is what was told.
        let last = self.seen.iter().rev().find_map(|seen| match seen {
            Seen::Shed(n) | Seen::Restored(n) => Some(*n),
            _ => None,
        });
        ShedLevel::new(last.unwrap_or(0))
    }

    /// Ten ticks under a work of `full` periods at full quality, then a caller who wants in.
    fn tenth(&mut self, full: f64) {
        for _ in 0..10 {
            let saved: f64 =
                ShedStep::ALL.iter().zip(SAVED).filter(|(s, _)| self.level().sheds(**s)).map(|s| s.1).sum();
            let work = full * (1.0 - if self.effective { saved } else { 0.0 }) * PERIOD_NS;
            self.engine.inject_phases(0, [0, 0, 0, work as u64, 0, 0, 0, 0]);
            self.engine.tick();
            while let Some(event) = self.events.try_next() {
                match event.kind {
                    EventKind::QualityShed { worker: WorkerId(0), level } => self.note(Seen::Shed(level.steps())),
                    EventKind::QualityRestored { worker: WorkerId(0), level } => {
                        self.note(Seen::Restored(level.steps()));
                    }
                    _ => {}
                }
            }
        }
        self.number += 1;
        let params = MediaSessionParams::pcm(SampleRate::Hz8000);
        let pending = self.engine.handle().create_media_session(&*format!("{}", self.number), params);
        match self.engine.complete(pending) {
            Ok(session) => {
                self.note(Seen::Admitted);
                done(&mut self.engine, session.destroy());
            }
            Err(Error::Session(SessionError::Overloaded { .. })) => self.note(Seen::Refused),
            Err(other) => panic!("{other}"),
        }
    }

    fn note(&mut self, seen: Seen) {
        if self.seen.last() != Some(&seen) {
            self.seen.push(seen);
        }
    }

    /// The load rises from 60 % to 135 % of a period at full quality (which all steps bring to 85 %), stays, and falls.
    fn storm(&mut self) {
        let rise = (0..1_500).map(|n| 0.60 + f64::from(n) * 0.0005);
        let fall = (0..1_500).map(|n| 1.35 - f64::from(n) * 0.0006);
        for full in rise.chain(std::iter::repeat_n(1.35, 100)).chain(fall) {
            self.tenth(full);
        }
        (0..1_000).for_each(|_| self.tenth(0.3));
    }

    fn late_ticks(&self) -> u64 {
        self.engine.timing(0).xruns().late_ticks
    }
}

#[test]
fn sessions_are_refused_first_then_quality_goes_and_returns_step_by_step() {
    let mut node = Node::new(true);
    node.storm();
    use Seen::{Admitted, Refused, Restored, Shed};
    let steps = |seen: &&Seen| matches!(seen, Shed(_) | Restored(_));
    let order: Vec<_> = node.seen.iter().filter(steps).copied().collect();
    let expected: Vec<_> = (1..=6).map(Shed).chain((0..6).rev().map(Restored)).collect();
    assert_eq!(order, expected, "one event a step, in order");
    assert_eq!(node.late_ticks(), 0, "no deadline is missed");
    assert!(node.engine.timing(0).load().worst_1s > 0.0, "the load is measured");
    assert_eq!(node.seen[..3], [Admitted, Refused, Shed(1)], "refused before anything is shed");
    assert_eq!(node.seen[node.seen.len() - 2..], [Restored(0), Admitted], "admitted again only at full quality");
    let admitted = node.seen.iter().filter(|seen| **seen == Admitted).count();
    assert_eq!(admitted, 2, "nobody is let in meanwhile: {:?}", node.seen);
}

/// The twin: the same storm, but the steps save nothing. Then the deadline is missed.
#[test]
fn without_effect_of_the_steps_the_deadline_is_missed() {
    let mut node = Node::new(false);
    node.storm();
    assert!(node.late_ticks() > 1_000, "{}", node.late_ticks());
}

#[test]
fn shedding_can_be_switched_off_and_never_begins_before_admission_ends() {
    let config = MediaEngineConfig::default();
    let mut engine = VirtualEngine::new(config.clone().shed_load_percent(None), 1).unwrap();
    let events = engine.handle().subscribe();
    engine.inject_phases(0, [0, 0, 0, 9_900_000, 0, 0, 0, 0]);
    engine.run_for(Duration::from_secs(20));
    assert!(events.try_next().is_none());
    let error = config.load_limit_percent(95u32).plan().unwrap_err();
    assert_eq!(error.to_string(), "shed_load_percent = 90: must be 95 to 150");
}

#[test]
fn two_workers_shed_apart_and_the_free_one_takes_new_sessions() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().workers(2usize), 1).unwrap();
    engine.inject_phases(0, [0, 0, 0, 9_500_000, 0, 0, 0, 0]);
    engine.inject_phases(1, [0, 0, 0, 5_000_000, 0, 0, 0, 0]);
    engine.run_for(Duration::from_secs(15));
    let snapshot = engine.handle().snapshot();
    assert_eq!((snapshot.shed_level, snapshot.workers[0].shed_level, snapshot.workers[1].shed_level), (6, 6, 0));
    assert_eq!(snapshot.gauges["/worker/0/shed_level"], 6);
    // Even if shedding made the first one the less loaded of the two.
    engine.inject_phases(0, [0; 8]);
    engine.run_for(Duration::from_secs(3));
    let (session, _) = pcmu(&mut engine, 1);
    assert_eq!(done(&mut engine, session.worker()), WorkerId(1));
    let capabilities = engine.handle().get_media_capabilities();
    let capabilities = done(&mut engine, capabilities);
    assert_eq!(capabilities.shed, ShedLevel::FULL_QUALITY);
    assert!(capabilities.admits());
    assert_eq!(capabilities.load_left_percent().collect::<Vec<_>>(), [80, 30]);
    assert_eq!((capabilities.legs.clone(), capabilities.sessions_left_by_load()), (vec![0, 1], Some(110 / 50)));
    assert_eq!(capabilities.ports_left, Some(4_999));
}

fn talk(engine: &mut VirtualEngine, phones: &mut [Phone], ms: u64) {
    for n in 0..ms / 20 {
        for phone in phones.iter_mut() {
            let at = engine.now();
            phone.send(&mut engine.network, at, &[0x80 + (n % 100) as u8; 160]);
        }
        engine.tick();
        engine.tick();
    }
}

#[test]
fn detection_goes_first_and_payloads_pass_undecoded_again() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let (a, phone_a) = pcmu(&mut engine, 1);
    let (b, phone_b) = pcmu(&mut engine, 2);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    done(&mut engine, a.set_metering(true));
    let mut phones = [phone_a, phone_b];
    let levels = |engine: &mut VirtualEngine, phones: &mut [Phone]| {
        let events = engine.handle().subscribe();
        let pending = a.statistics();
        let before = done(engine, pending);
        talk(engine, phones, 2_000);
        let pending = a.statistics();
        let after = done(engine, pending);
        let levels = std::iter::from_fn(|| events.try_next()).filter(|e| matches!(e.kind, EventKind::Level(_))).count();
        (levels, after.passed_packets - before.passed_packets)
    };
    talk(&mut engine, &mut phones, 1_000);
    let (notices, passed) = levels(&mut engine, &mut phones);
    assert!(notices >= 18 && passed == 0, "{notices} {passed}");
    engine.inject_phases(0, [0, 0, 0, 9_100_000, 0, 0, 0, 0]);
    let events = engine.handle().subscribe();
    while !events.try_next().is_some_and(|event| matches!(event.kind, EventKind::QualityShed { .. })) {
        engine.tick();
    }
    engine.inject_phases(0, [0, 0, 0, 8_000_000, 0, 0, 0, 0]);
    talk(&mut engine, &mut phones, 1_000);
    assert_eq!(engine.handle().snapshot().shed_level, 1);
    let (notices, passed) = levels(&mut engine, &mut phones);
    assert!(notices == 0 && passed >= 98, "{notices} {passed}");
}

#[derive(Debug)]
struct Watched(G711Encoder, Arc<AtomicU32>);

impl AudioEncoder for Watched {
    fn encode_into(&mut self, pcm: &[f32], out: &mut [u8]) -> Result<usize, CodecFault> {
        self.0.encode_into(pcm, out)
    }
    fn frame_samples(&self) -> usize {
        self.0.frame_samples()
    }
    fn reset(&mut self) {}
    fn set_low_complexity(&mut self, low_complexity: bool) {
        self.1.store(1 + u32::from(low_complexity), Relaxed);
    }
}

#[test]
fn encoders_are_told_to_save_effort_at_their_step_and_told_back() {
    let told = Arc::new(AtomicU32::new(0));
    let makes = Mutex::new(told.clone());
    let codec = CustomCodec::new("WATCHED", 8_000, SampleRate::Hz8000, move || {
        let told = makes.lock().unwrap().clone();
        let decoder: Box<dyn AudioDecoder> = Box::new(G711Decoder::new(Law::Mu));
        (Box::new(Watched(G711Encoder::new(Law::Mu), told)), decoder)
    });
    let mut engine = VirtualEngine::new(MediaEngineConfig::default(), 1).unwrap();
    let params = MediaSessionParams::new(AudioFormat::custom(&codec, 96).unwrap()).ptime(Ptime::MS20);
    let (_, _, mut phones) = bridged(&mut engine, params);
    let mut told_at = Vec::new();
    let mut seen = 0;
    // Up to the deepest level, and back.
    for second in 0..120 {
        let work = if second < 10 { 9_500_000 } else { 1_000_000 };
        engine.inject_phases(0, [0, 0, 0, work, 0, 0, 0, 0]);
        talk(&mut engine, &mut phones, 1_000);
        if told.load(Relaxed) != seen {
            seen = told.load(Relaxed);
            told_at.push((seen, engine.handle().snapshot().shed_level));
        }
    }
    let [(2, down), (1, up)] = told_at[..] else { panic!("{told_at:?}") };
    let step = ShedStep::Encoding as u8;
    // The snapshot is up to a second old, in which one step more may be taken.
    assert!((step - 1..=step + 1).contains(&down) && (step - 1..=step).contains(&up), "{told_at:?}");
    phones[0].listen(&mut engine.network);
    assert!(phones[0].got.len() > 5_900, "and media go on");
}
