//! Control: a call between two phones over an engine on virtual time, one of them in a room.

use super::codec::{CallCodec, Link};
use super::path::{Kind, Path};
use super::phone::{Phone, PhonePlan};
use super::room::{Room, RoomPlan, TakenUp};
use crate::media_lab::progress::Progress;
use anyhow::Result;
use media_core::processing::chain::{ProcessingMetrics, ProcessingParams};
use media_core::{EventKind, Events, MediaEngineConfig, SessionId, SessionStatistics, VirtualEngine};

/// A call that is to be made. A is 0, B is 1: B has the room, and the stages are those of its leg.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Of all chances.
    pub seed: u64,
    /// Of each phone.
    pub codecs: [CallCodec; 2],
    /// How all send and receive.
    pub link: Link,
    /// From A, to A, from B, to B.
    pub networks: [Kind; 4],
    /// Whether the phones, and the engine, leave out what they send of pauses.
    pub pauses: [bool; 2],
    /// What is done to what comes from B.
    pub stages: ProcessingParams,
    /// B's.
    pub room: RoomPlan,
    /// What each says, at its codec's rate, both for the same time.
    pub said: [Vec<f32>; 2],
}

/// What became of it. All sounds begin with the call.
#[derive(Debug)]
pub struct Outcome {
    /// What each heard.
    pub heard: [Vec<f32>; 2],
    /// What B's microphone took up.
    pub taken: TakenUp,
    /// When voice began or ended in what came from B: blocks, and whether it began.
    pub voice: Vec<(usize, bool)>,
    /// Of the receivers: A's phone, B's phone, the engine's legs of A and of B.
    pub receivers: [SessionStatistics; 4],
    /// Of the stages.
    pub metrics: ProcessingMetrics,
    /// Datagrams sent, lost, and their octets: from A, to A, from B, to B.
    pub ways: [[u64; 3]; 4],
}

/// Makes the call.
///
/// # Errors
/// A trace that cannot be read, or what the engine says.
pub fn run(plan: &Plan) -> Result<Outcome> {
    let config = MediaEngineConfig::default().max_sessions(8).workers(1).io_threads(1);
    let mut engine = VirtualEngine::new(config, plan.seed)?;
    let mut phones = connect(&mut engine, plan)?;
    engine.receive();
    phones.iter().for_each(|phone| phone.forget(&mut engine.network));
    let events = engine.handle().subscribe();
    let rates = plan.codecs.map(CallCodec::rate);
    let blocks = plan.said[0].len() / rates[0].block_samples();
    let mut room = Room::new(plan.room.clone(), rates[1]);
    let mut taken = TakenUp::default();
    let (mut heard, mut voice) = ([Vec::new(), Vec::new()], Vec::new());
    let leg = phones[1].leg.id();
    let mut progress = Progress::new("calling", blocks);
    for n in 0..blocks {
        let said = |who: usize| &plan.said[who][n * rates[who].block_samples()..][..rates[who].block_samples()];
        let block = room.take_up(said(1));
        phones[0].speak(said(0));
        phones[1].speak(&block.mic);
        taken.mic.extend(block.mic);
        taken.echo.extend(block.echo);
        taken.noise.extend(block.noise);
        tick(&mut engine, &mut phones);
        for (phone, heard) in phones.iter_mut().zip(&mut heard) {
            heard.extend(phone.listen());
        }
        room.play(&heard[1][n * rates[1].block_samples()..]);
        note(&events, leg, n, &mut voice);
        progress.at(n);
    }
    let [a, b] = &phones;
    let ways = [0, 1, 2, 3].map(|n| {
        let way = &phones[n / 2].ways[n % 2];
        let [sent, lost] = way.path.counts();
        [sent, lost, way.octets]
    });
    let receivers = [&a.session, &b.session, &a.leg, &b.leg].map(|session| engine.complete(session.statistics()));
    let [at_a, at_b, from_a, from_b] = receivers;
    let metrics = engine.complete(b.leg.processing_metrics())?;
    Ok(Outcome { heard, taken, voice, receivers: [at_a?, at_b?, from_a?, from_b?], metrics, ways })
}

fn connect(engine: &mut VirtualEngine, plan: &Plan) -> Result<[Phone; 2]> {
    let seconds = (plan.said[0].len() / plan.codecs[0].rate().block_samples()) as f64 / 100.0 + 1.0;
    let begun = engine.now();
    let mut connect = |number: u8| {
        let codec = plan.codecs[usize::from(number)];
        let [phone, mut leg] = [0, 1].map(|which| plan.link.session(codec, plan.pauses[which]));
        if let (1, Ok(leg)) = (number, &mut leg) {
            leg.processing = plan.stages.clone();
        }
        let path = |way: u8| {
            let which = 2 * number + way;
            let seed = plan.seed.wrapping_mul(1_000_003).wrapping_add(u64::from(which) + 1);
            Path::new(&plan.networks[usize::from(which)], seed, seconds, begun)
        };
        let paths = [path(0)?, path(1)?];
        Phone::connect(engine, PhonePlan { number, rate: codec.rate(), phone: phone?, leg: leg? }, paths)
    };
    let phones = [connect(0)?, connect(1)?];
    let bridge = engine.handle().bridge(&phones[0].leg, &phones[1].leg);
    engine.complete(bridge)?;
    Ok(phones)
}

/// One tick; what is sent in it is on its way before the next.
fn tick(engine: &mut VirtualEngine, phones: &mut [Phone; 2]) {
    engine.control();
    engine.receive();
    engine.run_workers();
    engine.transmit();
    // What goes to places of the laboratory is there at once.
    engine.receive();
    for phone in phones {
        phone.carry(&mut engine.network);
    }
    engine.advance(1);
}

fn note(events: &Events, leg: SessionId, block: usize, voice: &mut Vec<(usize, bool)>) {
    while let Some(event) = events.try_next() {
        if event.session.is_some_and(|(id, _)| id == leg) {
            match event.kind {
                EventKind::VoiceBegan => voice.push((block, true)),
                EventKind::VoiceEnded => voice.push((block, false)),
                _ => {}
            }
        }
    }
}
