//! What is read of a tap or of a PCM session is as long as the time that passed, whatever there is to hear.

use media_core::codec::Law;
use media_core::engine::virtual_engine::{Impairment, Party, VirtualEngine};
use media_core::session::{AudioFormat, DiscontinuousTransmission, MediaSessionParams};
use media_core::types::{SampleRate, WorkerId};
use media_core::{MediaEngineConfig, MediaSessionHandle, PcmReader, PcmTime, Tap};
use std::time::Duration;

use crate::support::phone::done;

fn engine(workers: usize) -> VirtualEngine {
    VirtualEngine::new(MediaEngineConfig::default().workers(workers), 5).unwrap()
}

fn phone(engine: &mut VirtualEngine, number: u16) -> (MediaSessionHandle, Party) {
    let address = format!("10.0.0.{number}:4000").parse().unwrap();
    let params = MediaSessionParams::new(AudioFormat::pcmu()).remote(address);
    let params = params.discontinuous_transmission(DiscontinuousTransmission::default());
    let params = params.comfort_noise(media_core::ComfortNoiseFormat::STATIC);
    let pending = engine.handle().create_media_session(&*format!("phone-{number}"), params);
    let session = done(engine, pending);
    let party = Party::new(address, session.local_address().unwrap(), Law::Mu, u32::from(number));
    (session, party)
}

fn bot(engine: &mut VirtualEngine, rate: SampleRate) -> (MediaSessionHandle, PcmReader) {
    let pending = engine.handle().create_media_session(&*format!("bot-{rate}"), MediaSessionParams::pcm(rate));
    let session = done(engine, pending);
    let (_, hears) = session.take_pcm().unwrap();
    (session, hears)
}

/// Who is read, block by block, and what was read of it.
trait Reader {
    fn pull(&mut self, samples: &mut [f32]) -> usize;
    fn at(&self) -> Option<PcmTime>;
}

impl Reader for PcmReader {
    fn pull(&mut self, samples: &mut [f32]) -> usize {
        self.read(samples)
    }
    fn at(&self) -> Option<PcmTime> {
        self.position()
    }
}

impl Reader for Tap {
    fn pull(&mut self, samples: &mut [f32]) -> usize {
        self.read(samples)
    }
    fn at(&self) -> Option<PcmTime> {
        self.position()
    }
}

/// Runs `ticks` and reads what there is after each; asserts that it is one block a tick, with that tick's time.
fn run(engine: &mut VirtualEngine, what: &str, ticks: u64, readers: &mut [(&mut dyn Reader, usize)]) -> Vec<f32> {
    let mut loudest = vec![0.0f32; readers.len()];
    let mut room = [0.0; 4_800];
    for _ in 0..ticks {
        let due = (engine.number(), engine.now());
        engine.tick();
        for ((reader, block), loudest) in readers.iter_mut().zip(&mut loudest) {
            let at = reader.at().unwrap_or_else(|| panic!("{what}: no block of tick {due:?}"));
            assert_eq!((at.tick, at.time), due, "{what}");
            assert_eq!(reader.pull(&mut room), *block, "{what}: samples of tick {due:?}");
            *loudest = room[..*block].iter().fold(*loudest, |most, s| most.max(s.abs()));
        }
    }
    loudest
}

/// Reads what waits.
fn drain(reader: &mut dyn Reader) {
    while reader.pull(&mut [0.0; 480]) > 0 {}
}

#[test]
fn samples_run_with_time_whatever_there_is_to_hear() {
    let mut engine = engine(1);
    let ((a, mut talker), (_b, _silent)) = (phone(&mut engine, 1), phone(&mut engine, 2));
    let (bot, mut hears) = bot(&mut engine, SampleRate::Hz16000);
    let mut tap = done(&mut engine, a.tap());
    drain(&mut tap);
    drain(&mut hears);
    let mut all = |engine: &mut VirtualEngine, what: &str, talks: Option<&mut Party>| {
        let mut talks = talks;
        let mut loudest = [0.0f32; 2];
        for _ in 0..150 {
            if let Some(party) = &mut talks {
                let now = engine.now();
                party.step(&mut engine.network, now, &[0.25, -0.25, 0.2, 0.1, -0.3]);
            }
            let heard = run(engine, what, 1, &mut [(&mut tap, 80), (&mut hears, 160)]);
            loudest.iter_mut().zip(heard).for_each(|(most, now)| *most = most.max(now));
        }
        loudest
    };
    assert_eq!(all(&mut engine, "connected to nobody", None), [0.0, 0.0]);
    drop(engine.handle().bridge(&a, &bot));
    assert_eq!(all(&mut engine, "a partner that sends nothing", None), [0.0, 0.0]);
    let heard = all(&mut engine, "speech", Some(&mut talker));
    assert!(heard[0] > 0.1 && heard[1] > 0.05, "{heard:?}");
    talker.pause(8_000);
    all(&mut engine, "a pause", Some(&mut talker));
    drop(bot.hold_outward());
    all(&mut engine, "outward hold", Some(&mut talker));
    drop((bot.resume_outward(), a.hold_inward()));
    all(&mut engine, "inward hold", Some(&mut talker));
    drop((a.resume_inward(), a.mute()));
    all(&mut engine, "mute", Some(&mut talker));
    drop(a.unmute());
    engine.network.impairment = Impairment { loss: 0.4, burst: 0.7, ..Impairment::default() };
    all(&mut engine, "loss", Some(&mut talker));
    engine.network.impairment = Impairment { loss: 1.0, ..Impairment::default() };
    all(&mut engine, "all lost", Some(&mut talker));
    drop(engine.handle().unbridge(&bot));
    all(&mut engine, "connected to nobody again", Some(&mut talker));
    let mut room = engine.handle().create_conference(SampleRate::Hz8000);
    all(&mut engine, "while a room begins", None);
    let room = room.poll_now().expect("it has begun").unwrap();
    drop(room.join(&bot));
    all(&mut engine, "alone in a room", None);
    drop(room.join(&a));
    all(&mut engine, "a room in which nobody speaks", None);
    assert_eq!((tap.lost(), hears.lost()), (0, 0));
    assert!(engine.stop());
}

/// Ticks that a machine skips, and the way to another worker, are silence of their length.
#[test]
fn time_in_which_no_tick_runs_is_silence_of_its_length() {
    let mut engine = engine(2);
    let (a, _) = phone(&mut engine, 1);
    let (bot, mut hears) = bot(&mut engine, SampleRate::Hz8000);
    let mut tap = done(&mut engine, a.tap());
    drain(&mut tap);
    drain(&mut hears);
    let begun = engine.number();
    let (mut tapped, mut heard) = (0, 0);
    let mut sum = |engine: &mut VirtualEngine, ticks: u64, skipped: u64| {
        engine.skip(skipped);
        for _ in 0..ticks {
            engine.tick();
        }
        let mut room = [0.0; 1_600];
        tapped += tap.read(&mut room);
        heard += hears.read(&mut room);
        let passed = engine.number().since(begun) * 80;
        assert_eq!((tapped as u64, heard as u64), (passed, passed), "{ticks} after {skipped}");
    };
    sum(&mut engine, 1, 7);
    sum(&mut engine, 3, 16);
    for to in [1, 0, 1] {
        drop((a.move_to(WorkerId(to)), bot.move_to(WorkerId(to))));
        sum(&mut engine, 10, 0);
    }
    assert_eq!(done(&mut engine, a.worker()), WorkerId(1), "it moved");
    assert!(engine.stop());
}

/// Who does not read loses the newest, is told how much, and sees the gap in the time of what is behind it.
#[test]
fn what_is_not_read_is_lost_and_the_time_shows_the_gap() {
    let mut engine = engine(1);
    let (a, _) = phone(&mut engine, 1);
    let mut tap = done(&mut engine, a.tap());
    drain(&mut tap);
    let begun = engine.number();
    engine.run_for(Duration::from_secs(3));
    let mut room = [0.0; 24_000];
    assert_eq!(tap.read(&mut room), 8_000, "a second is kept");
    engine.tick();
    let behind = tap.position().unwrap();
    assert_eq!(behind.tick, begun + 300);
    assert_eq!((tap.read(&mut room), tap.lost()), (80, 2 * 8_000));
    // A gap parts what is read at once.
    engine.run_for(Duration::from_millis(990));
    assert_eq!(tap.read(&mut room[..40]), 40);
    engine.run_for(Duration::from_millis(20));
    let last = engine.number();
    assert_eq!(tap.read(&mut room), 100 * 80 - 40, "one block of two found room");
    engine.tick();
    assert_eq!(tap.position().map(|at| at.tick), Some(last));
    assert_eq!(tap.read(&mut room), 80);
    let passed = engine.number().since(begun) * 80;
    assert_eq!(8_000 + 80 + 100 * 80 + 80 + tap.lost(), passed, "nothing is lost unsaid");
    assert_eq!(tap.position(), None);
    assert!(engine.stop());
}
