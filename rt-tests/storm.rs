//! A command storm from four threads, beside a subscriber that stalls, leaves the sequence of ticks untouched and loses no
//! fact.

#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;
#[path = "support/trap.rs"]
mod trap;

use media_core::engine::virtual_engine::VirtualEngine;
use media_core::engine::{Events, MediaEngine, MediaEngineConfig, MediaHandle};
use media_core::error::EngineError;
use media_core::session::{EventKind, MediaSessionParams};
use media_core::types::{SampleRate, SessionId};
use media_core::{Error, MediaSessionHandle};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};
use support::phone::{Phone, done, pcmu};
use support::stream::check;
use trap::alone;
use trap::{Counts, Response};

/// What a stormer did.
#[derive(Debug, Default)]
struct Done {
    created: u64,
    destroyed: u64,
    busy: u64,
}

/// Creates, mutes, bridges and destroys without a pause until told to stop; waits for answers only so that handles come.
fn stormer(handle: &MediaHandle, name: usize, stop: &AtomicBool) -> Done {
    let mut did = Done::default();
    let mut round = 0;
    while !stop.load(SeqCst) {
        let asked: Vec<_> = (0..8)
            .map(|n| {
                let params = MediaSessionParams::pcm(SampleRate::Hz8000);
                handle.create_media_session(&*format!("{name}.{round}.{n}"), params)
            })
            .collect();
        round += 1;
        let answer = |answer: Result<MediaSessionHandle, Error>| match answer {
            Ok(session) => Some(session),
            Err(Error::Engine(EngineError::Busy)) => None,
            Err(error) => panic!("{error}"),
        };
        let (mut sessions, mut busy) = (Vec::new(), 0);
        for pending in asked {
            match answer(pending.wait()) {
                Some(session) => sessions.push(session),
                None => busy += 1,
            }
        }
        did.busy += busy;
        did.created += sessions.len() as u64;
        for pair in sessions.chunks_exact(2) {
            drop((pair[0].mute(), pair[1].set_metering(true), handle.bridge(&pair[0], &pair[1])));
            drop((pair[0].hold_inward(), pair[0].statistics(), handle.unbridge(&pair[1])));
        }
        for session in sessions {
            // Until it is done: a refusal for a full queue is no answer to a destroy.
            loop {
                match session.destroy().wait() {
                    Ok(_) => break,
                    Err(Error::Engine(EngineError::Busy)) => did.busy += 1,
                    Err(error) => panic!("{error}"),
                }
            }
            did.destroyed += 1;
        }
    }
    did
}

/// Creates and destroys by session, of all events that wait; fails if one comes twice or in the wrong order.
fn facts(events: &Events, lives: &mut HashMap<SessionId, u8>, lagged: &mut u64) -> u64 {
    let mut count = 0;
    while let Some(event) = events.try_next() {
        match (event.kind, event.session) {
            (EventKind::Created, Some((id, _))) => assert_eq!(lives.insert(id, 1), None, "created twice"),
            (EventKind::Destroyed, Some((id, _))) => assert_eq!(lives.insert(id, 2), Some(1), "destroyed unmade"),
            (EventKind::Lagged(n), _) => {
                *lagged += n;
                continue;
            }
            _ => {}
        }
        count += 1;
    }
    count
}

#[test]
fn a_storm_on_threads_leaves_the_ticks_alone_and_loses_no_fact() {
    let _alone = alone();
    trap::set_scope(media_core::rt::on_media_thread);
    trap::arm(Response::Backtrace);
    let before = trap::counts();
    let config = MediaEngineConfig::default().workers(2usize).io_threads(0usize).max_sessions(512usize);
    let engine = MediaEngine::start(config.subscriber_queue(65_536usize).request_queue(64usize)).unwrap();
    let healthy = engine.handle().subscribe();
    let handle = engine.handle();
    let ticks = || {
        let snapshot = handle.snapshot();
        let of = |name: &str, worker: usize| snapshot.gauges.get(&format!("/worker/{worker}/{name}")).copied();
        let number = |worker| Some(of("ticks", worker)? + of("skipped_ticks", worker)?);
        (number(0).unwrap_or(0), number(1).unwrap_or(0), snapshot.uptime_ms, snapshot)
    };
    let stop = AtomicBool::new(false);
    let (mut lives, mut lagged, mut total) = (HashMap::new(), 0, 0);
    let (did, at_first, at_last) = thread::scope(|threads| {
        let stormers: Vec<_> = (0..4)
            .map(|n| {
                threads.spawn({
                    let (handle, stop) = (&handle, &stop);
                    move || stormer(handle, n, stop)
                })
            })
            .collect();
        let begin = Instant::now();
        let mut at_first = None;
        while begin.elapsed() < Duration::from_millis(5_300) {
            total += facts(&healthy, &mut lives, &mut lagged);
            if begin.elapsed() > Duration::from_millis(1_300) && at_first.is_none() {
                at_first = Some(ticks());
            }
            thread::sleep(Duration::from_millis(5));
        }
        let at_last = ticks();
        stop.store(true, SeqCst);
        let did: Vec<Done> = stormers.into_iter().map(|thread| thread.join().unwrap()).collect();
        (did, at_first.unwrap(), at_last)
    });
    engine.stop().unwrap();
    total += facts(&healthy, &mut lives, &mut lagged);
    let created: u64 = did.iter().map(|d| d.created).sum();
    let destroyed: u64 = did.iter().map(|d| d.destroyed).sum();
    println!("{created} sessions, {total} events; {did:?}");
    assert!(created > 100 && created == destroyed);
    assert_eq!((lives.len() as u64, lagged), (created, 0), "every create reached the subscriber");
    assert!(lives.values().all(|stage| *stage == 2), "and every destroy");

    let periods = (at_last.2 - at_first.2) / 10;
    for (worker, ran) in [at_last.0 - at_first.0, at_last.1 - at_first.1].into_iter().enumerate() {
        let xruns = at_last.3.workers[worker].xruns;
        println!("worker {worker}: {ran} ticks in {periods} periods; {xruns:?}; {:?}", at_last.3.workers[worker].usage);
        // Tick numbers follow time, whatever was skipped: none is missing, none is too many. The snapshots are read a
        // little beside the tick.
        assert!((ran - periods as i64).abs() <= 25, "worker {worker}: {ran} tick numbers in {periods} periods");
        // What was skipped was the machine's doing: our own work is a small part of the period.
        let usage = at_last.3.workers[worker].usage;
        let mean = usage.ran_ns / at_last.3.workers[worker].ticks.max(1);
        assert!(mean < 2_000_000, "worker {worker}: {mean} ns of work a tick");
    }
    let counts = trap::counts().since(before);
    assert_eq!(counts, Counts::default(), "{:?} {:?}", trap::first(), trap::first_backtrace());
    assert_eq!(media_core::rt::leaked_parcels(), 0);
}

/// The same on virtual time, where the machine has no say: a talking bridge, and a storm from four threads against it.
fn virtual_storm(storming: bool) -> (Vec<u64>, u64) {
    let config = MediaEngineConfig::default().max_sessions(600usize).request_queue(256usize);
    let mut engine = VirtualEngine::new(config, 1).unwrap();
    let (a, phone_a) = pcmu(&mut engine, 1);
    let (b, phone_b) = pcmu(&mut engine, 2);
    let pending = engine.handle().bridge(&a, &b);
    done(&mut engine, pending);
    let mut phones: [Phone; 2] = [phone_a, phone_b];
    let begin = engine.number();
    let (stop, asked) = (AtomicBool::new(!storming), AtomicU64::new(0));
    let handle = engine.handle();
    thread::scope(|threads| {
        for n in 0..4 {
            let (handle, stop, asked) = (&handle, &stop, &asked);
            threads.spawn(move || {
                let mut round = 0;
                while !stop.load(SeqCst) {
                    let params = MediaSessionParams::pcm(SampleRate::Hz8000);
                    let pending = handle.create_media_session(&*format!("{n}.{round}"), params);
                    round += 1;
                    asked.fetch_add(1, SeqCst);
                    if let Ok(session) = pending.wait() {
                        drop((session.mute(), session.statistics()));
                        drop(session.destroy());
                    }
                }
            });
        }
        for tick in 0..2_000 {
            let now = engine.now();
            if tick % 2 == 0 {
                phones.iter_mut().for_each(|phone| phone.send(&mut engine.network, now, &[0x90; 160]));
            }
            engine.tick();
            phones.iter_mut().for_each(|phone| phone.listen(&mut engine.network));
            // Virtual time is fast: on a machine that is busy the storm's threads may not have run yet.
            let mut waits = 0..100;
            while storming && asked.load(SeqCst) < tick / 10 && waits.next().is_some() {
                thread::sleep(Duration::from_micros(200));
            }
        }
        stop.store(true, SeqCst);
        // Those that still wait for an answer get it.
        for _ in 0..200 {
            engine.tick();
            thread::sleep(Duration::from_micros(200));
        }
    });
    assert_eq!(check(&phones[1].got), Ok(vec![]), "the call does not notice");
    let times = phones[1].got.iter().map(|packet| packet.at.as_nanos()).collect();
    assert_eq!(engine.number().since(begin), 2_200);
    engine.run_for(Duration::from_secs(2));
    let snapshot = engine.handle().snapshot();
    assert_eq!((snapshot.gauges["/worker/0/skipped_ticks"], snapshot.sessions), (0, 2));
    assert!(engine.stop());
    (times, asked.load(SeqCst))
}

#[test]
fn a_call_beside_a_storm_is_the_same_to_the_tick() {
    let _alone = alone();
    trap::set_scope(media_core::rt::on_media_thread);
    trap::arm(Response::Backtrace);
    let before = trap::counts();
    let (quiet, none) = virtual_storm(false);
    let (storm, asked) = virtual_storm(true);
    assert!(none == 0 && asked > 100, "{asked} sessions asked for");
    assert_eq!(quiet, storm, "each packet leaves in the same tick");
    let counts = trap::counts().since(before);
    assert_eq!(counts, Counts::default(), "{:?} {:?}", trap::first(), trap::first_backtrace());
}

#[test]
fn a_subscriber_that_stalls_is_told_exactly_how_many_it_missed() {
    let mut engine = VirtualEngine::new(MediaEngineConfig::default().subscriber_queue(16usize), 1).unwrap();
    let (stalled, gone, healthy) =
        (engine.handle().subscribe(), engine.handle().subscribe(), engine.handle().subscribe());
    drop(gone);
    let (mut lives, mut lagged, mut told) = (HashMap::new(), 0, 0);
    for n in 0..100 {
        let params = MediaSessionParams::pcm(SampleRate::Hz8000);
        let pending = engine.handle().create_media_session(&*format!("{n}"), params);
        let session = done(&mut engine, pending);
        done(&mut engine, session.destroy());
        told += facts(&healthy, &mut lives, &mut lagged);
    }
    assert_eq!((told, lagged, lives.len()), (200, 0, 100), "the healthy one has them all");
    let mut late = HashMap::new();
    let mut missed = 0;
    assert_eq!(facts(&stalled, &mut late, &mut missed), 16, "the stalled one has the oldest");
    assert_eq!(missed, 0, "and is told of the rest when there is room again");
    let (_, _) = pcmu(&mut engine, 1);
    let next = stalled.try_next().unwrap();
    assert_eq!((next.kind, next.session), (EventKind::Lagged(184), None));
    assert_eq!(stalled.try_next().unwrap().kind, EventKind::Created, "and then goes on");
    assert_eq!(stalled.try_next(), None);
    assert!(engine.stop());
}

/// One that looks only afterwards: what it has and what it missed are all that happened.
#[test]
fn what_a_subscriber_missed_is_told_before_its_stream_ends() {
    for (queue, reads) in [(16usize, 0), (16, 1), (4_096, 0)] {
        let mut engine = VirtualEngine::new(MediaEngineConfig::default().subscriber_queue(queue), 1).unwrap();
        let late = engine.handle().subscribe();
        (0..50).for_each(|n| drop(pcmu(&mut engine, n)));
        // With room again, but for less than what happens until the end.
        let mut had = (0..reads).filter_map(|_| late.try_next()).count() as u64;
        let until = engine.now();
        assert!(engine.stop());
        let (mut missed, mut last) = (0, None);
        for event in late {
            match event.kind {
                EventKind::Lagged(n) => missed += n,
                _ => had += 1,
            }
            last = Some(event);
        }
        assert_eq!(had + missed, 100, "begins and ends of 50 sessions: {missed} missed");
        let last = last.unwrap();
        assert_eq!(matches!(last.kind, EventKind::Lagged(_)), queue == 16, "{last:?}");
        assert!(last.at >= until, "the ends of the sessions are among it: {last:?}");
    }
}
